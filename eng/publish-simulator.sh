#!/usr/bin/env bash
# Publishes the GPU host simulator and its libnvidia-ml.so.1 beside it.
# usage: publish-simulator.sh FOLDER [linux-x64|linux-arm64]     default: for this machine
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:?usage: publish-simulator.sh FOLDER [linux-x64|linux-arm64]}
mapfile -t machine < <(eng/aot-arguments.sh "${@:2}" | tr ' ' '\n')
built=artifacts/publish/${machine[1]}
mkdir -p "$out"
dotnet publish simulator/Simulator.csproj -c Release "${machine[@]}" --nologo -v quiet -o "$built/Simulator"
dotnet publish simulator/Nvml -c Release "${machine[@]}" --nologo -v quiet -o "$built/SimulatedNvml"
install -m 0755 "$built/Simulator/gpu-host-simulator" "$out/"
install -m 0755 "$built/SimulatedNvml/libnvidia-ml.so" "$out/libnvidia-ml.so.1"
