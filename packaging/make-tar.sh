#!/usr/bin/env bash
# Makes the archive of one architecture, with a script that installs it, out of programs that are built; the same inputs give the same bytes.
# usage: make-tar.sh x64|arm64 PROGRAMS SIMULATOR DOCUMENTS FOLDER
set -euo pipefail
architecture=${1:?usage: make-tar.sh x64|arm64 PROGRAMS SIMULATOR DOCUMENTS FOLDER} programs=$2 simulator=$3 documents=$4 out=$(realpath "$5")
here=$(cd "$(dirname "$0")" && pwd)
name=gpu-containers-$("$here/version.sh")-linux-$architecture
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$here/stage.sh" "$programs" "$documents" "$work/$name/root"
install -m 0755 -t "$work/$name" "$here/tar/install.sh"
install -m 0644 -t "$work/$name" "$here/../LICENSE" "$here/../README.md" "$here/../CHANGELOG.md"
install -D -m 0755 -t "$work/$name/simulator" "$simulator/gpu-host-simulator"
install -m 0644 -t "$work/$name/simulator" "$simulator/libnvidia-ml.so.1"
tar -C "$work" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@${SOURCE_DATE_EPOCH:?set SOURCE_DATE_EPOCH}" --format=gnu -cf - "$name" |
    gzip -9 -n >"$out/$name.tar.gz"
