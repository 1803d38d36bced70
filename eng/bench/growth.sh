#!/usr/bin/env bash
# How long it takes to plan a container that asks for one GPU, in a host with some: one line a plan, "ROW ours MICROSECONDS 0".
# usage: growth.sh PROGRAMS TOOLS ROW ROUNDS
set -euo pipefail
programs=$1 tools=$2 row=$3 rounds=$4
work=$(mktemp -d /run/gpu-containers-bench.XXXXXX)
mkdir "$work/bundle"
printf '[nvidia-container-runtime]\nruntimes = ["%s/quick"]\n' "$tools" >"$work/config.toml"
cat >"$work/template.json" <<'END'
{"ociVersion":"1.0.2","root":{"path":"rootfs"},"linux":{},
 "process":{"args":["true"],"cwd":"/","env":["PATH=/bin","NVIDIA_VISIBLE_DEVICES=0","NVIDIA_DRIVER_CAPABILITIES=all"]}}
END
NVIDIA_CTK_CONFIG_FILE_PATH=$work/config.toml "$tools/plan" "$rounds" "$work/template.json" "$work/bundle" "$programs/nvidia-container-runtime" |
    awk -v row="$row" '{ print row, "ours", $1 / 1000, 0 }'
