#!/usr/bin/env bash
# Makes the installer's image for this machine, and for the other architecture where its programs have been built (make packages).
# usage: image.sh [FOLDER]     default: artifacts/image
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:-artifacts/image}
own=$(eng/runtime-identifier.sh)
roots=()
for architecture in x64:amd64 arm64:arm64; do
    ours=${architecture%:*} oci=${architecture#*:}
    if [ "linux-$ours" = "$own" ]; then
        packaging/image/root.sh artifacts/bin / /bin/busybox "$out/roots/$oci"
    elif [ -d "artifacts/$ours/bin" ]; then
        ARCHITECTURE=$oci eng/extract-packages.sh bookworm "artifacts/debian/image-$oci" libc6 busybox-static
        packaging/image/root.sh "artifacts/$ours/bin" "artifacts/debian/image-$oci" "artifacts/debian/image-$oci/bin/busybox" "$out/roots/$oci"
    else
        echo "no image for $oci: artifacts/$ours/bin is not there; make packages builds it" >&2
        continue
    fi
    roots+=("$oci=$out/roots/$oci")
done
packaging/image/make-image.py --version "$(packaging/version.sh)" --epoch "${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}" --output "$out" "${roots[@]}"
# The packages themselves as an image, where they have been made: the same files for every architecture.
if compgen -G "artifacts/packages/*.deb" >/dev/null; then
    packaging/image/packages-root.sh artifacts/packages "$out/roots/packages"
    packaging/image/make-image.py --packages --version "$(packaging/version.sh)" --epoch "${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}" \
        --output "$out" "amd64=$out/roots/packages" "arm64=$out/roots/packages"
fi
ls -l "$out"
