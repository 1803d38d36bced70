#!/usr/bin/env bash
# Publishes the GPU host simulator and its libnvidia-ml.so.1 beside it.
# usage: publish-simulator.sh FOLDER
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:?usage: publish-simulator.sh FOLDER}
rid=$(eng/runtime-identifier.sh)
mkdir -p "$out"
dotnet publish simulator/Simulator.csproj -c Release -r "$rid" --nologo -v quiet -o artifacts/publish/Simulator
dotnet publish simulator/Nvml -c Release -r "$rid" --nologo -v quiet -o artifacts/publish/SimulatedNvml
install -m 0755 artifacts/publish/Simulator/gpu-host-simulator "$out/"
install -m 0755 artifacts/publish/SimulatedNvml/libnvidia-ml.so "$out/libnvidia-ml.so.1"
