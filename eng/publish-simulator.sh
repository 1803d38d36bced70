#!/usr/bin/env bash
# Publishes the GPU host simulator and its libnvidia-ml.so.1 beside it.
# usage: publish-simulator.sh FOLDER
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:?usage: publish-simulator.sh FOLDER}
architecture=$(uname -m)
case $architecture in x86_64) rid=linux-x64 ;; aarch64) rid=linux-arm64 ;; *) echo "no simulator for $architecture" >&2; exit 1 ;; esac
mkdir -p "$out"
dotnet publish simulator/Simulator.csproj -c Release -r "$rid" --nologo -v quiet -o artifacts/publish/Simulator
dotnet publish simulator/Nvml -c Release -r "$rid" --nologo -v quiet -o artifacts/publish/SimulatedNvml
install -m 0755 artifacts/publish/Simulator/gpu-host-simulator "$out/"
install -m 0755 artifacts/publish/SimulatedNvml/libnvidia-ml.so "$out/libnvidia-ml.so.1"
