#!/usr/bin/env bash
# Makes the package GpuContainers.Cdi with the two it needs, and builds the examples of its README against them.
# usage: pack.sh [FOLDER]     default: artifacts/packages
set -euo pipefail
cd "$(dirname "$0")/.."
out=$(realpath -m "${1:-artifacts/packages}")
rm -rf "$out"
for room in Linux Oci Cdi; do
    dotnet pack "src/$room" -c Release --nologo -v quiet -o "$out"
done
# A project outside the repository, with the packages as a user gets them.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
version=$(basename "$out"/GpuContainers.Cdi.*.nupkg .nupkg)
version=${version#GpuContainers.Cdi.}
awk -v work="$work" '/^```csharp/ { n++; file = work "/Example" n ".cs"; inside = 1; next } /^```/ { inside = 0 } inside { print > file }' src/Cdi/README.md
cat > "$work/NuGet.config" <<END
<configuration><packageSources><add key="made-here" value="$out" /></packageSources></configuration>
END
for example in "$work"/Example*.cs; do
    lines=$(grep -c . "$example")
    [ "$lines" -le 25 ] || { echo "$(basename "$example") has $lines lines: an example is to be short" >&2; exit 1; }
    name=$(basename "$example" .cs)
    mkdir "$work/$name"
    mv "$example" "$work/$name/"
    cat > "$work/$name/$name.csproj" <<END
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
    dotnet build "$work/$name" --nologo -v quiet
done
echo "packages in $out:"
ls "$out"
