#!/usr/bin/env bash
# How long it takes to plan a container that asks for one GPU, in a host with some: one line a plan, "ROW ours MICROSECONDS 0".
# usage: growth.sh TOOLS ROW ROUNDS
set -euo pipefail
tools=$1 row=$2 rounds=$3
work=$(mktemp -d /run/gpu-containers-bench.XXXXXX)
mkdir "$work/bundle"
printf '[nvidia-container-runtime]\nruntimes = ["%s/quick"]\n' "$tools" >"$work/config.toml"
cat >"$work/template.json" <<'END'
{"ociVersion":"1.0.2","root":{"path":"rootfs"},"linux":{},
 "process":{"args":["true"],"cwd":"/","env":["PATH=/bin","NVIDIA_VISIBLE_DEVICES=0","NVIDIA_DRIVER_CAPABILITIES=all"]}}
END
NVIDIA_CTK_CONFIG_FILE_PATH=$work/config.toml "$tools/plan" "$rounds" "$work/template.json" "$work/bundle" /usr/bin/nvidia-container-runtime |
    awk -v row="$row" '{ print row, "ours", $1 / 1000, 0 }'
