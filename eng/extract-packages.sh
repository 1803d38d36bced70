#!/usr/bin/env bash
# Extracts Debian packages of another suite beside the system: nothing is installed, the system's own packages stay as they are.
# usage: extract-packages.sh SUITE FOLDER PACKAGE...     does nothing where FOLDER holds them already; ARCHITECTURE: another one than this machine's
set -euo pipefail
suite=${1:?usage: extract-packages.sh SUITE FOLDER PACKAGE...} folder=${2:?a folder} && shift 2
wanted="$suite $*"
[ "$(cat "$folder/.packages" 2>/dev/null || true)" != "$wanted" ] || exit 0
echo "extracting from Debian $suite: $*"
rm -rf "$folder"
mkdir -p "$folder/apt/lists/partial" "$folder/apt/debs"
folder=$(cd "$folder" && pwd)

# The mirror that this machine uses, whichever of the two forms its sources have.
mapfile -t sources < <(find /etc/apt/sources.list /etc/apt/sources.list.d -type f 2>/dev/null)
mirror=$(awk '($1 == "URIs:" || $1 == "deb") && match($0, /https?:[^ ]*debian[^ ]*/) { print substr($0, RSTART, RLENGTH); exit }' "${sources[@]}" /dev/null)
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror:-http://deb.debian.org/debian} $suite main" >"$folder/apt/sources.list"
options=(-o "Dir::Etc::SourceList=$folder/apt/sources.list" -o Dir::Etc::SourceParts=/dev/null -o "Dir::State::Lists=$folder/apt/lists"
    -o APT::Sandbox::User=root)
[ -z "${ARCHITECTURE:-}" ] || options+=(-o "APT::Architecture=$ARCHITECTURE" -o "APT::Architectures=$ARCHITECTURE")
apt-get "${options[@]}" update -qq
# A package may be installed from elsewhere in a version that this suite does not have.
(cd "$folder/apt/debs" && apt-get "${options[@]}" download -qq "${@/%//$suite}")
for package in "$folder"/apt/debs/*.deb; do dpkg-deb -x "$package" "$folder"; done
rm -rf "$folder/apt"
echo "$wanted" >"$folder/.packages"
