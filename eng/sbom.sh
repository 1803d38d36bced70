#!/usr/bin/env bash
# Writes a bill of materials (CycloneDX) of each program, by the tool of that name from NuGet; the same sources give the same bytes.
# usage: sbom.sh FOLDER
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:?usage: sbom.sh FOLDER}
epoch=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
version=$(packaging/version.sh)
dotnet tool restore >/dev/null
for project in src/Runtime src/Ctk src/Installer simulator/Simulator.csproj; do
    [ -d "$project" ] && project=$(echo "$project"/*.csproj)
    name=$(sed -n 's:.*<AssemblyName>\(.*\)</AssemblyName>.*:\1:p' "$project")
    dotnet CycloneDX "$project" --output "$out" --filename "$name.cdx.json" --output-format Json --exclude-dev --no-serial-number \
        --set-name "$name" --set-version "$version" --set-type Application >/dev/null
    # The time of the run is all that differs between two of them.
    time=$(date -u -d "@$epoch" +%Y-%m-%dT%H:%M:%SZ)
    sed -i "s/\"timestamp\": \"[^\"]*\"/\"timestamp\": \"$time\"/" "$out/$name.cdx.json"
done
