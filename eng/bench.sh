#!/usr/bin/env bash
# Times the programs beside a static C program and the bare low-level runtime, in simulated hosts, and shows the figures beside their budgets.
# usage: bench.sh PROGRAMS [--check] [--rounds N]     --check: ends with status 1 when a budget is missed
# REFERENCE=DIR measures the programs of another toolkit beside ours. Figures: artifacts/bench.json, table and plot: artifacts/bench.md, artifacts/bench.svg
set -euo pipefail
cd "$(dirname "$0")/.."
export REFERENCE=${REFERENCE:-}
programs=$(realpath "${1:?usage: bench.sh PROGRAMS [--check] [--rounds N]}")
shift
check=() rounds=20
while [ $# -gt 0 ]; do
    case $1 in
        --check) check=(--check) ;;
        --rounds) rounds=$2; shift ;;
        *) echo "unknown option $1" >&2; exit 2 ;;
    esac
    shift
done
[ "$(id -u)" -eq 0 ] || { echo "the benchmark makes containers and simulated hosts, which needs root" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
eng/demo/rootfs.sh "$work/rootfs"
for tool in timer starts plan quick; do gcc -O2 -static -o "$work/$tool" "eng/bench/$tool.c"; done
# In which pieces the kernel holds a program, by the way it came into memory, changes each of its starts by a tenth: all are read anew in one way.
sync
for file in "$programs"/* ${REFERENCE:+"$REFERENCE"/*}; do
    dd if="$file" iflag=nocache count=0 status=none && cat "$file" >/dev/null
done

# All programs are started where they were built: a file of the simulated host's own folders lies in memory, where the kernel starts it a third slower.
# An engine's PATH: the toolkits look into all of its folders, and a user has more.
in_host() {
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin artifacts/simulator/gpu-host-simulator run --programs "$programs" "$@"
}
{
    in_host rtx-graphics -- eng/bench/host.sh "$programs" "$work/rootfs" "$work" "$rounds"
    in_host h200x2 -- eng/bench/configure.sh "$programs" "$work/rootfs" "$work" "$rounds"
    eng/bench/starts.sh "$programs" "$work" $((rounds * 5))
    in_host rtx-graphics -- eng/bench/together.sh "$programs" "$work/rootfs" "$work" $(((rounds + 9) / 10))
    in_host h200x2 -- eng/bench/growth-files.sh "$programs" "$work/rootfs" "$work" "$rounds"
    # They take turns, so that a drift of the machine's speed meets all.
    for gpus in 1 2 8 16; do
        printf '{ "driver": { "version": "570.133.20", "graphics": true }, "gpus": [ { "model": "NVIDIA H200", "count": %s, "drm": true } ] }\n' \
            "$gpus" >"$work/gpus-$gpus.json"
    done
    for _ in 1 2 3 4 5; do
        for gpus in 1 2 8 16; do in_host "$work/gpus-$gpus.json" -- eng/bench/growth.sh "$programs" "$work" "gpus-$gpus" "$rounds"; done
    done
    du -cbD "$programs/nvidia-container-runtime" "$programs/nvidia-ctk-cli" | awk '$2 == "total" { print "installed ours", $1, 0 }'
} >"$work/samples"
eng/bench/report.py "${check[@]}" "$work/samples" artifacts/bench.json
