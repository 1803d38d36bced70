#!/usr/bin/env bash
# The measurements of bench.sh in a host with GPUs: lines "ROW bare|ours MICROSECONDS PEAK-KIB". All rows take turns in every round, so that a ratio holds
# when the machine's speed drifts.
# usage: host.sh PROGRAMS ROOTFS TOOLS ROUNDS
set -euo pipefail
programs=$1 rootfs=$2 tools=$3 rounds=$4
work=$(mktemp -d /run/gpu-containers-bench.XXXXXX)
runc=$(command -v runc)
trap '"$runc" --root "$work/state" delete -f c >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
here=$(cd "$(dirname "$0")" && pwd)
. "$here/toolkits.sh"
write_configurations "$work" "$programs" "$tools"
bundle_template "$work"
mkdir "$work/bundle"
cd "$work/bundle"
printf '{"ociVersion":"1.0.2","id":"c","pid":1,"status":"creating","bundle":"%s"}' "$work/bundle" >"$work/state.json"

# A create in mode cdi without a request, and one that asks for a device of a specification of this host.
mkdir "$work/cdi"
"$programs/nvidia-ctk" --quiet cdi generate --output="$work/cdi/nvidia.yaml"
cat >"$work/cdi.toml" <<END
[nvidia-container-runtime]
mode = "cdi"
runtimes = ["$tools/quick"]
[nvidia-container-runtime.modes.cdi]
spec-dirs = ["$work/cdi"]
[nvidia-ctk]
path = "$programs/nvidia-ctk"
END
sed 's/NVIDIA_VISIBLE_DEVICES=all/OTHER=all/' "$work/config.json" >"$work/cdi.bare.json"
sed 's/NVIDIA_VISIBLE_DEVICES=all/NVIDIA_VISIBLE_DEVICES=0/' "$work/config.json" >"$work/cdi.ours.json"

fresh() {
    rm -rf rootfs
    cp -a "$rootfs" rootfs
    cp "$work/config.json" config.json
}
# What the hooks work on.
prepare_root() {
    mkdir -p rootfs/opt/data rootfs/usr/local/cuda/compat
    touch rootfs/usr/local/cuda/compat/libcuda.so.999.1
}
# usage: measure ROW KIND INPUT PROGRAM ARGUMENT...; a program that fails ends the benchmark.
measure() {
    local row=$1 kind=$2 input=$3 result
    shift 3
    result=$({ "$tools/timer" "$@" 3>&1 >/dev/null <"$input"; } 2>/dev/null)
    case $result in "0 "*) echo "$row $kind ${result#0 }" ;; *) echo "failed ($result): $*" >&2; exit 1 ;; esac
}
stopped() {
    until case $("$runc" --root "$work/state" state c 2>/dev/null) in *'"status": "stopped"'*) true ;; *) false ;; esac do sleep 0.01; done
}
links=()
for k in {1..30}; do links+=(--link "lib$k.so.1::/usr/lib/x86_64-linux-gnu/lib$k.so"); done
hooks=(create-symlinks "update-ldcache --folder /usr/lib/x86_64-linux-gnu" "enable-cuda-compat --host-driver-version=570.133.20" update-application-profile
    "chmod --mode 755 --path /opt/data" disable-device-node-modification)

for _ in $(seq "$rounds"); do
    for kind in $(kinds); do
        use_toolkit $kind quick
        fresh
        measure exec $kind /dev/null "$program" state c
        measure plan $kind /dev/null "$program" create --bundle "$work/bundle" c
    done
    export NVIDIA_CTK_CONFIG_FILE_PATH=$work/cdi.toml
    for kind in bare ours; do
        cp "$work/cdi.$kind.json" config.json
        measure cdi $kind /dev/null "$programs/nvidia-container-runtime" create --bundle "$work/bundle" c
    done
    for kind in $(kinds); do
        fresh
        use_toolkit $kind real
        measure create $kind /dev/null "$program" --root "$work/state" create --bundle "$work/bundle" c
        measure start $kind /dev/null "$program" --root "$work/state" start c
        measure state $kind /dev/null "$program" --root "$work/state" state c
        stopped
        measure delete $kind /dev/null "$program" --root "$work/state" delete c
    done
    # The same container with a library cache of an earlier start.
    fresh
    use_toolkit ours real
    "$program" --root "$work/state" create --bundle "$work/bundle" c >/dev/null 2>&1 </dev/null
    "$runc" --root "$work/state" delete -f c >/dev/null 2>&1
    cp "$work/config.json" config.json
    measure create-again ours /dev/null "$program" --root "$work/state" create --bundle "$work/bundle" c
    "$runc" --root "$work/state" delete -f c >/dev/null 2>&1
    # What of it is the low-level runtime's: the same edited specification, with hooks that end at once.
    sed -i "s|\"path\":\"$programs/nvidia-ctk\"|\"path\":\"$tools/quick\"|g" config.json
    grep -q "$tools/quick" config.json
    measure create-floor ours /dev/null "$runc" --root "$work/state" create --bundle "$work/bundle" c
    "$runc" --root "$work/state" delete -f c >/dev/null 2>&1
    for kind in ours ${REFERENCE:+theirs}; do
        measure generate $kind /dev/null "$(folder_of $kind)/nvidia-ctk" --quiet cdi generate --output="$work/spec.yaml"
    done
    # Status 1 says that something is wrong with the host, not with the program.
    measure doctor ours /dev/null /bin/sh -c '"$0" doctor --format=json >"$1"; [ $? -le 1 ]' "$(folder_of ours)/nvidia-ctk" "$work/doctor.json"
    echo "doctor-check ours $(sed -e 's/.*"microseconds":{//' -e 's/}.*//' "$work/doctor.json" | tr , '\n' | cut -d: -f2 | sort -n | tail -1) 0"
    for hook in "${hooks[@]}"; do
        fresh
        prepare_root
        read -ra arguments <<<"$hook"
        [ "${arguments[0]}" != create-symlinks ] || arguments+=("${links[@]}")
        own=()
        [ "${arguments[0]}" != disable-device-node-modification ] || own=(-n)
        measure "hook-${arguments[0]}" ours "$work/state.json" "${own[@]}" "$programs/nvidia-cdi-hook" "${arguments[@]}"
    done
    # All of them in one process, as containers have them whose specification is made when they start.
    fresh
    prepare_root
    sequence=()
    for hook in "${hooks[@]}"; do
        read -ra arguments <<<"$hook"
        [ "${arguments[0]}" != create-symlinks ] || arguments+=("${links[@]}")
        sequence+=(${sequence[@]+";"} "${arguments[@]}")
    done
    measure hook-sequence ours "$work/state.json" -n "$programs/nvidia-cdi-hook" sequence "${sequence[@]}"
done
