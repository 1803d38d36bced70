#!/usr/bin/env bash
# How the cost grows with libraries (50 to 2,000, hook update-ldcache) and with CDI specifications (1 to 200, mode cdi): "ROW-N ours MICROSECONDS KIB".
# usage: growth-files.sh PROGRAMS ROOTFS TOOLS ROUNDS
set -euo pipefail
programs=$1 rootfs=$2 tools=$3 rounds=$4
work=$(mktemp -d /run/gpu-containers-growth.XXXXXX)
trap 'rm -rf "$work"' EXIT
measure() {
    local row=$1 input=$2 result
    shift 2
    result=$({ "$tools/timer" "$@" 3>&1 >/dev/null <"$input"; } 2>/dev/null)
    case $result in "0 "*) echo "$row ours ${result#0 }" ;; *) echo "failed ($result): $*" >&2; exit 1 ;; esac
}
mkdir "$work/bundle"
cp -a "$rootfs" "$work/bundle/rootfs"
echo '{"ociVersion":"1.0.2","root":{"path":"rootfs"},"linux":{},"process":{"args":["true"],"cwd":"/","env":["NVIDIA_VISIBLE_DEVICES=nvidia.com/gpu=0"]}}' \
    >"$work/config.json"
printf '{"ociVersion":"1.0.2","id":"c","pid":1,"status":"creating","bundle":"%s"}' "$work/bundle" >"$work/state.json"
cp "$work/config.json" "$work/bundle/config.json"
for _ in $(seq "$rounds"); do
    for count in 50 200 600 2000; do
        folder=$work/bundle/rootfs/opt/libraries-$count
        if [ ! -d "$folder" ]; then
            mkdir -p "$folder"
            library=$(find "$rootfs"/usr/lib*/ -name 'libm.so.6' | head -n 1)
            for k in $(seq "$count"); do cp "$library" "$folder/libnumber$k.so.1"; done
        fi
        # The hook also keeps the folders of earlier calls.
        rm -rf "$work/bundle/rootfs/etc/ld.so.cache" "$work/bundle/rootfs/etc/ld.so.conf.d"
        measure "libraries-$count" "$work/state.json" "$programs/nvidia-cdi-hook" update-ldcache --folder "/opt/libraries-$count"
    done
    for count in 1 20 200; do
        if [ ! -d "$work/cdi-$count" ]; then
            mkdir "$work/cdi-$count"
            "$programs/nvidia-ctk" --quiet cdi generate --output="$work/cdi-$count/nvidia.yaml"
            for k in $(seq 2 "$count"); do
                printf 'cdiVersion: "0.5.0"\nkind: vendor%s.com/x\ndevices:\n- name: "0"\n  containerEdits:\n    env: ["X=1"]\ncontainerEdits: {}\n' "$k" \
                    >"$work/cdi-$count/vendor$k.yaml"
            done
            printf '[nvidia-container-runtime]\nmode = "cdi"\nruntimes = ["%s/quick"]\n[nvidia-container-runtime.modes.cdi]\nspec-dirs = ["%s"]\n' \
                "$tools" "$work/cdi-$count" >"$work/cdi-$count.toml"
        fi
        cp "$work/config.json" "$work/bundle/config.json"
        NVIDIA_CTK_CONFIG_FILE_PATH=$work/cdi-$count.toml measure "specifications-$count" /dev/null "$programs/nvidia-container-runtime" create \
            --bundle "$work/bundle" c
    done
done
