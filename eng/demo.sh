#!/usr/bin/env bash
# Shows a container with GPUs through our runtime: on this machine's GPUs where it has some, else in a simulated host with two.
# usage: demo.sh PROGRAMS     DEMO_PICTURE=FILE: draws the table at the end into that file
set -euo pipefail
cd "$(dirname "$0")/.."
programs=$(realpath "${1:?usage: demo.sh PROGRAMS}")
[ "$(id -u)" -eq 0 ] || { echo "the demo makes a container and needs root" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/results"
export DEMO_TABLE=$work/results/table
eng/demo/rootfs.sh "$work/rootfs"
if [ -e /proc/driver/nvidia/version ] && [ -e /dev/nvidiactl ]; then
    echo "this machine has an NVIDIA driver: the demo uses it"
    eng/demo/host.sh "$programs" "$work/rootfs"
else
    echo "this machine has no NVIDIA driver: the demo uses a simulated host (artifacts/simulator/gpu-host-simulator)"
    artifacts/simulator/gpu-host-simulator run --programs "$programs" --share "$work/results" h200x2 -- eng/demo/host.sh /usr/bin "$work/rootfs"
fi
[ -z "${DEMO_PICTURE:-}" ] || eng/demo/picture.sh "$DEMO_TABLE" >"$DEMO_PICTURE"
