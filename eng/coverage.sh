#!/usr/bin/env bash
# Builds the unit tests with coverlet, runs them, and prints what they reach; the lock files of the ordinary build stay as they are.
# usage: coverage.sh [PROJECT...]     default: every project below tests but those that run programs, and the rules
set -euo pipefail
cd "$(dirname "$0")/.."
out=artifacts/coverage
# The assembly that a test project is about.
assembly() {
    case "$1" in
        Runtime) echo nvidia-container-runtime ;;
        Ctk) echo nvidia-ctk-cli ;;
        Simulator) echo gpu-host-simulator ;;
        *) echo "GpuContainers.$1" ;;
    esac
}
rm -rf "$out"
mkdir -p "$out"
projects=("$@")
if [ ${#projects[@]} -eq 0 ]; then
    for file in tests/*/*.csproj; do
        name=$(basename "$file" .csproj)
        case "$name" in EndToEnd | Repository | Fuzz | Packaging | TestSupport) ;; *) projects+=("$name") ;; esac
    done
fi
for project in "${projects[@]}"; do
    build="$out/build/$project"
    dotnet build "tests/$project/$project.csproj" -p:Fast=true -p:Coverage=true --nologo -v quiet -o "$build" >&2
    "$build/GpuContainers.$project.Tests" --progress off --no-ansi --results-directory "$out/$project" \
        --coverlet --coverlet-output-format cobertura --coverlet-include "[$(assembly "$project")]*" > "$out/$project.log" 2>&1 ||
        { cat "$out/$project.log"; exit 1; }
done
echo "| project | lines reached |"
echo "|--|--|"
for project in "${projects[@]}"; do
    rate=$(find "$out/$project" -name '*cobertura*.xml' -exec sed -n 's/.*<coverage line-rate="\([0-9.]*\)".*/\1/p' {} + | head -n 1)
    printf '| %s | %s %% |\n' "$project" "$(awk -v r="${rate:-0}" 'BEGIN { printf "%.0f", r * 100 }')"
done
