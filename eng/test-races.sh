#!/usr/bin/env bash
# The long run of the races: at least ten thousand runs of every hook, spread over the components of its paths. RACE_RUNS says how often each case is run.
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet build tests/EndToEnd --nologo -v quiet
export RACE_RUNS=${RACE_RUNS:-1350}
mkdir -p artifacts/test
tests/EndToEnd/bin/Debug/net10.0/GpuContainers.EndToEnd.Tests --no-ansi --no-progress --output Detailed --filter-class "*RaceTests" |
    tee artifacts/test/races.log | grep -E '^(passed|failed)|^ *(total|failed|succeeded|skipped):'
# Per case: hook, component, manner; runs that succeeded, failed, died, and left mounts outside the root.
awk '/openat2 .*(exchange|links):/ { runs += $(NF-4) + $(NF-3); ok += $(NF-4) }
    END { printf "%d runs, %d of them succeeded\n", runs, ok }' artifacts/test/races.log
