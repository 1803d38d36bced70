#!/usr/bin/env bash
# Makes a clean Debian root for tests of packages; does nothing where it is there.
# usage: debian-root.sh SUITE FOLDER [PACKAGE...]     PACKAGE: what it has besides the smallest system
set -euo pipefail
suite=${1:?usage: debian-root.sh SUITE FOLDER [PACKAGE...]} folder=${2:?a folder} && shift 2
wanted="$suite $*"
[ "$(cat "$folder/.complete" 2>/dev/null || true)" != "$wanted" ] || exit 0
echo "making a root of Debian $suite ${*:+with $*}"
rm -rf "$folder"
mkdir -p "$(dirname "$folder")"
mapfile -t sources < <(find /etc/apt/sources.list /etc/apt/sources.list.d -type f 2>/dev/null)
mirror=$(awk '($1 == "URIs:" || $1 == "deb") && match($0, /https?:[^ ]*debian[^ ]*/) { print substr($0, RSTART, RLENGTH); exit }' "${sources[@]}" /dev/null)
include=$(IFS=,; echo "$*")
debootstrap --variant=minbase ${include:+"--include=$include"} "$suite" "$folder" "${mirror:-http://deb.debian.org/debian}" >"$folder.log" 2>&1 ||
    { tail -n 20 "$folder.log" >&2; exit 1; }
echo "$wanted" >"$folder/.complete"
