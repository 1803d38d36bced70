#!/usr/bin/env bash
# Lays out the files of the image that holds the packages themselves, of all architectures, in the folders where those who unpack it look.
# usage: packages-root.sh PACKAGES FOLDER     PACKAGES: what make packages made
set -euo pipefail
packages=${1:?usage: packages-root.sh PACKAGES FOLDER} root=${2:?a folder}
here=$(cd "$(dirname "$0")" && pwd)
rm -rf "$root"
for architecture in amd64:x86_64 arm64:aarch64; do
    for family in "ubuntu18.04/${architecture%:*}:deb:_${architecture%:*}" "centos7/${architecture#*:}:rpm:.${architecture#*:}"; do
        IFS=: read -r folder kind end <<<"$family"
        for file in "$packages"/gpu-containers[_-]*"$end.$kind"; do
            if [ -f "$file" ]; then install -D -m 0444 -t "$root/artifacts/packages/$folder" "$file"; fi
        done
    done
done
[ -d "$root/artifacts" ] || { echo "no packages in $packages: run make packages first" >&2; exit 1; }
{
    echo "PACKAGE_VERSION=$("$here/../version.sh")"
    (cd "$root/artifacts/packages" && find . -type f -printf '%P\n' | LC_ALL=C sort | xargs sha256sum)
} >"$root/artifacts/manifest.txt"
install -D -m 0444 -t "$root/licenses" "$here/../../LICENSE"
