#!/usr/bin/env bash
# Publishes the three programs and lays them out with their links.
# usage: publish.sh FOLDER [linux-x64|linux-arm64]     default: for this machine
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:?usage: publish.sh FOLDER [linux-x64|linux-arm64]}
mkdir -p "$out"
mapfile -t machine < <(eng/aot-arguments.sh "${@:2}" | tr ' ' '\n')
built=artifacts/publish/${machine[1]}
commit=$(git rev-parse --short=12 HEAD 2>/dev/null || true)
for project in Runtime Ctk Installer; do
    dotnet publish "src/$project" -c Release "${machine[@]}" --nologo -v quiet -p:SourceRevisionId="$commit" -o "$built/$project"
done
install -m 0755 "$built/Runtime/nvidia-container-runtime" "$built/Ctk/nvidia-ctk-cli" "$built/Installer/nvidia-ctk-installer" "$out/"
for name in nvidia-container-runtime.cdi nvidia-container-runtime.legacy nvidia-cdi-hook nvidia-container-runtime-hook nvidia-ctk; do
    ln -sfn nvidia-container-runtime "$out/$name"
done
# A hard link: people put a program of their own under this name, which must not be written through a symbolic link.
ln -f "$out/nvidia-container-runtime" "$out/nvidia-container-cli"
# Older operators start the installer under this name.
ln -sfn nvidia-ctk-installer "$out/nvidia-toolkit"
