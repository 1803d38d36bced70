#!/usr/bin/env bash
# Fuzzes one target by afl-fuzz with the coverage of the assemblies under test. Without arguments: the targets there are.
# usage: fuzz.sh TARGET [SECONDS]     seeds: testdata/fuzz/TARGET; results: artifacts/fuzz/TARGET/results
# What new inputs it found is kept as seeds by: fuzz.sh keep TARGET
# A finding is replayed with: fuzz.sh replay TARGET FILE…; once it is fixed, its file belongs into testdata/fuzz/TARGET.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ "${1:-}" = keep ]; then
    find "artifacts/fuzz/${2:?usage: fuzz.sh keep TARGET}/results/default/queue" -name '*+cov*' | while read -r input; do
        cp "$input" "testdata/fuzz/$2/$(sha1sum "$input" | cut -c 1-16)"
    done
    exit
fi
program=GpuContainers.Fuzz.Tests
dotnet build tests/Fuzz -c Release --nologo -v quiet
built=tests/Fuzz/bin/Release/net10.0
case ${1:-list} in
    list) "$built/$program" list; exit ;;
    replay) exec "$built/$program" "$@" ;;
esac
target=$1 seconds=${2:-60}
[ -d "testdata/fuzz/$target" ] || { echo "no seeds in testdata/fuzz/$target; the targets are:" >&2; "$built/$program" list >&2; exit 1; }
eng/install-packages.sh afl++
work=artifacts/fuzz/$target
rm -rf "$work/program"
mkdir -p "$work"
cp -r "$built" "$work/program"
"$built/$program" instrument "$work/program"
# afl-fuzz wants seeds with content; an empty file is a seed of the tests only.
rm -rf "$work/seeds" && mkdir "$work/seeds"
find "testdata/fuzz/$target" -type f -size +0 -exec cp -t "$work/seeds" {} +
dictionary=()
[ -f "testdata/fuzz/$target.dict" ] && dictionary=(-x "testdata/fuzz/$target.dict")
started=$SECONDS
# The program is no native binary with afl's mark (SKIP_BIN_CHECK); core_pattern is the machine's own business.
AFL_SKIP_BIN_CHECK=1 AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_UI=${AFL_NO_UI:-1} AFL_AUTORESUME=1 \
    nice -n 19 afl-fuzz -i "$work/seeds" -o "$work/results" "${dictionary[@]}" -t 2000 -m none -V "$seconds" -- "$work/program/$program" fuzz "$target"
found=$(find "$work/results" \( -path '*/crashes/id*' -o -path '*/hangs/id*' \) | sort)
grep -E '^(execs_done|execs_per_sec|corpus_count|edges_found)' "$work/results/default/fuzzer_stats"
if [ -n "$found" ]; then
    echo "findings:"
    echo "$found"
    exit 1
fi
# The statistics of a run that goes on with an earlier one count that one's time too.
took=$((SECONDS - started))
[ "$took" -ge $((seconds - 5)) ] || { echo "afl-fuzz ended after $took s of $seconds s: nothing was proven" >&2; exit 1; }
echo "no finding in $took s"
