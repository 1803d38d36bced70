#!/usr/bin/env bash
# Builds and runs every test project; the last line counts: "N passed, N failed" (", N skipped" where there are).
set -uo pipefail
cd "$(dirname "$0")/.."
mkdir -p artifacts/test
dotnet build GpuContainers.slnx --nologo -v quiet || { echo "the build of the tests failed" >&2; echo "0 passed, 1 failed"; exit 1; }
passed=0 failed=0 skipped=0
for project in tests/*/*.csproj; do
    room=$(basename "$project" .csproj)
    program=$(ls "tests/$room/bin/Debug/net10.0/GpuContainers.$room.Tests" 2>/dev/null) || continue
    log="artifacts/test/$room.log"
    "$program" --no-progress --no-ansi >"$log" 2>&1
    status=$?
    count() { awk -v word="$1:" '$1 == word { n = $2 } END { print n + 0 }' "$log"; }
    p=$(count succeeded) f=$(count failed) s=$(count skipped)
    # A program that crashed before its summary counts as one failure.
    [ "$status" -ne 0 ] && [ "$status" -ne 8 ] && [ "$f" -eq 0 ] && f=1
    [ "$f" -gt 0 ] && cat "$log"
    grep -E '^skipped ' "$log"
    printf '%-16s %4d passed, %d failed, %d skipped\n' "$room" "$p" "$f" "$s"
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
