#!/usr/bin/env bash
# Makes the packages of one architecture out of programs that are built: deb, rpm, tar.gz. The same inputs give the same bytes.
# usage: build.sh x64|arm64 PROGRAMS SIMULATOR TOOLS FOLDER     TOOLS: programs that run here, which write manual pages and completions
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
architecture=${1:?usage: build.sh x64|arm64 PROGRAMS SIMULATOR TOOLS FOLDER} programs=$2 simulator=$3 tools=$4 out=$5
case $architecture in
    x64) deb=amd64 rpm=x86_64 ;;
    arm64) deb=arm64 rpm=aarch64 ;;
    *) echo "no packages for $architecture" >&2; exit 1 ;;
esac
# The commit's time, so that everyone who builds it gets the same.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$here" log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
mkdir -p "$out"
documents=$(mktemp -d)
trap 'rm -rf "$documents"' EXIT
"$here/document.sh" "$tools" "$documents"
"$here/make-deb.sh" "$deb" "$programs" "$simulator" "$documents" "$out"
"$here/make-rpm.sh" "$rpm" "$programs" "$simulator" "$documents" "$out"
"$here/make-tar.sh" "$architecture" "$programs" "$simulator" "$documents" "$out"
