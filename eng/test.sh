#!/usr/bin/env bash
# Builds the test projects and runs them side by side; the last line counts: "N passed, N failed, N skipped".
# usage: test.sh [functional|slow]     slow: the tests that take minutes by their nature, which carry the trait Kind=slow; functional: all others
# Logs and files of tests: artifacts/test; the folder for temporary files is removed at the end.
set -uo pipefail
cd "$(dirname "$0")/.."
kind=${1:-functional}
case $kind in
    functional) filter=(--filter-not-trait Kind=slow) ;;
    slow) filter=(--filter-trait Kind=slow) ;;
    *) echo "usage: test.sh [functional|slow]" >&2; exit 2 ;;
esac
logs=$PWD/artifacts/test/$kind
rm -rf "$logs" && mkdir -p "$logs"
dotnet build GpuContainers.slnx --nologo -v quiet || { echo "the build of the tests failed" >&2; echo "0 passed, 1 failed"; exit 1; }

# Tests work as other users too, who may have no way into the repository: their files lie where every user can go. A short name,
# because podman and sockets want short paths.
TMPDIR=$(mktemp -d /tmp/gct.XXXX)
export TMPDIR
chmod 755 "$TMPDIR"
trap 'kill $(jobs -p) 2>/dev/null; wait; rm -rf "$TMPDIR"' EXIT

count() { awk -v word="$2:" '$1 == word { n = $2 } END { print n + 0 }' "$1"; }

# usage: run_project NAME PROGRAM: runs it, and leaves "passed failed skipped" in a file.
run_project() {
    local log=$logs/$1.log status p f s
    "$2" --progress off --no-ansi --show-slowest-tests 10 "${filter[@]}" >"$log" 2>&1
    status=$?
    p=$(count "$log" succeeded) f=$(count "$log" failed) s=$(count "$log" skipped)
    # Status 8 says that no test of the project is of this kind. A program that died before its summary counts as one failure.
    [ "$status" -ne 0 ] && [ "$status" -ne 8 ] && [ "$f" -eq 0 ] && f=1
    echo "$p $f $s" >"$logs/$1.count"
    [ "$f" -gt 0 ] && cat "$log"
    [ "$status" -eq 8 ] || printf '%-16s %4d passed, %d failed, %d skipped\n' "$1" "$p" "$f" "$s"
}

# As many at a time as there are processors and one more, because many tests wait for programs; the longest first.
names=$(cd tests && printf '%s\n' EndToEnd Runtime Ctk Cdi */*.csproj | sed 's|/.*||' | awk '!seen[$0]++')
for name in $names; do
    program=tests/$name/bin/Debug/net10.0/GpuContainers.$name.Tests
    [ -x "$program" ] || continue
    [ "$(jobs -rp | wc -l)" -le "$(nproc)" ] || wait -n
    run_project "$name" "$program" &
done
wait

skips=$(cat "$logs"/*.log | awk '/^skipped .*\)$/ { getline; sub(/^ +/, ""); n[$0]++ } END { for (r in n) printf "%5d skipped: %s\n", n[r], r }' | sort -rn)
[ -z "$skips" ] || echo "$skips"
cat "$logs"/*.count | awk '{ p += $1; f += $2; s += $3 } END { printf "%d passed, %d failed, %d skipped\n", p, f, s; exit !(f == 0 && p > 0) }'
