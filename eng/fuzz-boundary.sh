#!/usr/bin/env bash
# Fuzzes the whole built programs at their boundary: argument lists, variables, standard input, files (tests/Fuzz/Boundary).
# usage: fuzz-boundary.sh [SECONDS [SEED]]     reports of what was found: artifacts/fuzz/boundary
# A case is run again with: fuzz-boundary.sh case SEED NUMBER
set -euo pipefail
cd "$(dirname "$0")/.."
program=tests/Fuzz/bin/Debug/net10.0/GpuContainers.Fuzz.Tests
dotnet build tests/Fuzz -p:Fast=true --nologo -v quiet
if [ "${1:-}" = case ]; then
    exec "$program" boundary-case "${2:?usage: fuzz-boundary.sh case SEED NUMBER}" "${3:?usage: fuzz-boundary.sh case SEED NUMBER}"
fi
seconds=${1:-60} seed=${2:-$(date +%s)} batch=500 first=0 failed=0
reports=artifacts/fuzz/boundary
rm -rf "$reports" && mkdir -p "$reports"
end=$((SECONDS + seconds))
# Batches, so that a simulated host lives a short time, and this script alone looks at the clock.
while [ "$SECONDS" -lt "$end" ]; do
    nice -n 10 "$program" boundary "$seed" "$first" "$batch" "$reports" | tee -a "$reports/log" || failed=1
    first=$((first + batch))
done
echo "seed $seed: $first executions in $seconds s, $(find "$reports" -name "$seed-*" | wc -l) findings in $reports"
exit "$failed"
