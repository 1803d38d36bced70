#!/usr/bin/env bash
# Times the programs beside the bare low-level runtime, in a simulated host with the full graphics driver.
# usage: bench.sh PROGRAMS [ROUNDS [HOST]]
set -euo pipefail
cd "$(dirname "$0")/.."
programs=$(realpath "${1:?usage: bench.sh PROGRAMS [ROUNDS [HOST]]}") rounds=${2:-20} host=${3:-rtx-graphics}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
eng/demo/rootfs.sh "$work/rootfs"
gcc -O2 -static -o "$work/timer" eng/bench/timer.c
echo 'int main(void) { return 0; }' | gcc -O2 -static -x c -o "$work/quick" -
artifacts/simulator/gpu-host-simulator run --programs "$programs" "$host" -- eng/bench/host.sh /usr/bin "$work/rootfs" "$work" "$rounds"
du -cbD "$programs/nvidia-container-runtime" "$programs/nvidia-ctk-cli" | awk '$2 == "total" { printf "%-44s %31.1f MB\n", "installed programs", $1 / 1e6 }'
