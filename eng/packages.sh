#!/usr/bin/env bash
# Builds the programs and packages of both architectures, with a bill of materials and checksums. The other architecture's programs come from Debian's cross
# compiler; where it is missing only this machine's are made, and that is said.
# usage: packages.sh [FOLDER]     default: artifacts/packages; ARCHITECTURES="x64 arm64" chooses; COMPRESSION, RPM_PAYLOAD: see packaging
set -euo pipefail
cd "$(dirname "$0")/.."
out=$(realpath -m "${1:-artifacts/packages}")
own=$(eng/runtime-identifier.sh)
mkdir -p "$out"
rm -f "$out"/*.deb "$out"/*.rpm "$out"/*.tar.gz "$out"/*.cdx.json "$out"/SHA256SUMS
for architecture in ${ARCHITECTURES:-x64 arm64}; do
    case $architecture in x64) tools=x86_64-linux-gnu debian=amd64 ;; *) tools=aarch64-linux-gnu debian=arm64 ;; esac
    programs=artifacts/bin simulator=artifacts/simulator
    if [ "linux-$architecture" != "$own" ]; then
        command -v $tools-gcc >/dev/null || { echo "no packages for $architecture: $tools-gcc is not installed" >&2; continue; }
        programs=artifacts/$architecture/bin simulator=artifacts/$architecture/simulator
        eng/publish.sh "$programs" "linux-$architecture"
        eng/publish-simulator.sh "$simulator" "linux-$architecture"
        if ARCHITECTURE=$debian eng/extract-packages.sh bookworm "artifacts/debian/image-$debian" libc6 busybox-static; then
            eng/smoke.sh "$architecture" "$programs" "$simulator" "artifacts/debian/image-$debian"
        else
            echo "no smoke test of $architecture: its C library cannot be had" >&2
        fi
    fi
    packaging/build.sh "$architecture" "$programs" "$simulator" artifacts/bin "$out"
done
eng/sbom.sh "$out"
(cd "$out" && sha256sum -- *.deb *.rpm *.tar.gz *.cdx.json >SHA256SUMS)
# Whoever signs does it here: $SIGN gets each file, as in the release workflow.
if [ -n "${SIGN:-}" ]; then for file in "$out"/*.{deb,rpm,tar.gz} "$out/SHA256SUMS"; do $SIGN "$file"; done; fi
ls -l "$out"
