#!/usr/bin/env bash
# Makes the package GpuContainers.Cdi, and proves it from outside: the examples of its README compile against it, and the program of its promises runs.
# usage: pack.sh [FOLDER]     default: artifacts/packages
set -euo pipefail
cd "$(dirname "$0")/.."
out=$(realpath -m "${1:-artifacts/packages}")
rm -rf "$out"
dotnet pack src/Cdi -c Release -p:CarriedAssets=all --nologo -v quiet -o "$out"
version=$(basename "$out"/GpuContainers.Cdi.*.nupkg .nupkg)
version=${version#GpuContainers.Cdi.}
# Projects outside the repository, with the package as a user gets it.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat > "$work/NuGet.config" <<END
<configuration><packageSources><add key="made-here" value="$out" /></packageSources></configuration>
END

# usage: project NAME LINES SOURCE: a program of one file with at most so many lines
project() {
    local lines
    lines=$(grep -c . "$3")
    [ "$lines" -le "$2" ] || { echo "$1 has $lines lines: it is to be short" >&2; exit 1; }
    mkdir "$work/$1"
    cp "$3" "$work/$1/$1.cs"
    cat > "$work/$1/$1.csproj" <<END
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <Nullable>enable</Nullable>
    <ImplicitUsings>enable</ImplicitUsings>
    <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
    <IsAotCompatible>true</IsAotCompatible>
    <RestorePackagesPath>$work/packages</RestorePackagesPath>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="GpuContainers.Cdi" Version="$version" />
  </ItemGroup>
</Project>
END
    dotnet build "$work/$1" --nologo -v quiet
}

awk -v work="$work" '/^```csharp/ { n++; file = work "/Example" n ".cs"; inside = 1; next } /^```/ { inside = 0 } inside { print > file }' src/Cdi/README.md
for example in "$work"/Example*.cs; do
    project "$(basename "$example" .cs)" 25 "$example"
done
project Promises 30 tests/Cdi/Package/Promises.cs
"$work/Promises/bin/Debug/net10.0/Promises"
echo "packages in $out:"
ls "$out"
