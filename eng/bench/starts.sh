#!/usr/bin/env bash
# How long starts of the core take that have nothing to do, each beside one of a static C program: lines "ROW bare|ours MICROSECONDS 0".
# usage: starts.sh PROGRAMS TOOLS ROUNDS
set -euo pipefail
programs=$1 tools=$2 rounds=$3
# usage: row NAME MOUNTS PROGRAM ARGUMENT
row() {
    "$tools/starts" "$rounds" "$2" "$tools/quick" "$programs/$3" "$4" | awk -v row="$1" '{ print row, "bare", $1 / 1000, 0; print row, "ours", $2 / 1000, 0 }'
}
row core-start 0 nvidia-container-runtime-hook poststart
row hook-start 0 nvidia-cdi-hook noop
row core-start-2000-mounts 2000 nvidia-container-runtime-hook poststart
