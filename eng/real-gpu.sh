#!/usr/bin/env bash
# Looks at a machine with a real GPU through the built programs, and leaves what it saw as one folder. Sized for ten minutes; takes about one.
# Changes nothing on the machine: containers run in a mount namespace of their own, and the GPU's settings stay as they are.
# usage: real-gpu.sh prepare [KIT]              here: what the other machine needs, at most 60 MB (default artifacts/real-gpu)
#        real-gpu.sh run [RESULTS [KIT]]        there: default artifacts/real-gpu-results
# Persistence is measured as it stands; REAL_GPU_TOGGLE_PERSISTENCE=1 measures both ways and puts it back (nvidia-smi -pm), for a machine of one's own.
set -uo pipefail
cd "$(dirname "$0")/.."

prepare() {
    local kit=${1:-artifacts/real-gpu} program library
    [ -x artifacts/bin/nvidia-container-runtime ] || { echo "artifacts/bin is empty: run make build first" >&2; exit 1; }
    rm -rf "$kit"
    mkdir -p "$kit/tools" "$kit/lib"
    cp -a artifacts/bin "$kit/bin"
    for program in runc strace busybox; do
        library=$(PATH=$PATH:/usr/sbin:/sbin command -v "$program") ||
            { echo "$program is not installed: apt-get install runc strace busybox-static" >&2; exit 1; }
        cp -L "$library" "$kit/tools/$program"
        # What glibc itself consists of must be the other machine's own.
        ldd "$kit/tools/$program" 2>/dev/null | awk '$3 ~ /^\// && $1 !~ /^(libc|libm|libdl|libpthread|librt)\.so/ { print $3 }' | xargs -r cp -L -t "$kit/lib"
    done
    echo "$kit: $(du -sm "$kit" | cut -f1) MB"
    [ "$(du -sm "$kit" | cut -f1)" -le 60 ] || { echo "that is more than 60 MB" >&2; exit 1; }
}

step() { printf '\n== %s\n' "$1"; }

has() { command -v "$1" >/dev/null 2>&1; }

# Whether the tools program knows a verb: older builds lack some.
knows() { nvidia-ctk --help 2>/dev/null | grep -qE "^ +$1( |\$)"; }

# Runs a command and appends its wall time in milliseconds to times.tsv.
timed() {
    local name=$1 start end status
    shift
    start=$(date +%s%N)
    "$@"
    status=$?
    end=$(date +%s%N)
    awk -v name="$name" -v took=$((end - start)) -v status=$status 'BEGIN { printf "%s\t%.1f\t%d\n", name, took / 1e6, status }' >>"$results/times.tsv"
    return $status
}

facts() {
    step "the machine"
    uname -srm
    cat /etc/os-release | grep PRETTY_NAME
    cat /proc/driver/nvidia/version /proc/driver/nvidia/gpus/*/information
    ls -lR /dev/nvidia* /dev/dri 2>&1
    ls -R /proc/driver/nvidia/capabilities 2>&1 | head -50
    cat /proc/driver/nvidia/params 2>&1 | head -60
    grep -i nvidia /proc/devices
    stat -fc 'cgroup: %T' /sys/fs/cgroup
    echo "privileges: uid $(id -u), $(grep CapEff /proc/self/status)"
    has nvidia-smi && nvidia-smi --query-gpu=index,uuid,pci.bus_id,persistence_mode,mig.mode.current --format=csv
}

# Each fact of procfs beside NVML's: one line, "same" or "DIFFERS".
compare() {
    step "procfs against NVML, fact by fact"
    has nvidia-smi || { echo "nvidia-smi is not in PATH: only our own question to NVML remains"; nvidia-ctk-cli gpu-inventory --nvml; return; }
    nvidia-smi -q >"$results/nvidia-smi-q.txt" 2>&1
    local file uuid bus model minor version
    version=$(awk '/^NVRM version/ { for (i = 1; i <= NF; i++) if ($i ~ /^[0-9]+\.[0-9.]+$/) { print $i; exit } }' /proc/driver/nvidia/version)
    fact "driver version" "$version" "$(nvidia-smi --query-gpu=driver_version --format=csv,noheader | sort -u)"
    for file in /proc/driver/nvidia/gpus/*/information; do
        uuid=$(field "GPU UUID" "$file") bus=$(field "Bus Location" "$file") model=$(field Model "$file") minor=$(field "Device Minor" "$file")
        fact "bus of $uuid" "0000$bus" "$(nvml "$uuid" pci.bus_id | tr 'A-F' 'a-f')"
        fact "model of $uuid" "$model" "$(nvml "$uuid" name)"
        fact "minor of $uuid" "$minor" "$(minor_of "$uuid")"
    done
    fact "number of GPUs" "$(ls -d /proc/driver/nvidia/gpus/*/ | wc -l)" "$(nvidia-smi -L | grep -c '^GPU ')"
    fact "order of UUIDs" "$(for file in /proc/driver/nvidia/gpus/*/information; do field "GPU UUID" "$file"; done | paste -sd,)" \
        "$(nvidia-smi --query-gpu=uuid --format=csv,noheader | paste -sd,)"
    step "our own question to NVML"
    nvidia-ctk-cli gpu-inventory --nvml | tee "$results/gpu-inventory.json"
}

field() { awk -F':[ \t]*' -v name="$1" '$1 == name { sub(/^[^:]*:[ \t]*/, ""); sub(/[ \t]+$/, ""); print }' "$2"; }
nvml() { nvidia-smi --id="$1" --query-gpu="$2" --format=csv,noheader 2>&1; }
minor_of() { nvidia-smi --id="$1" -q 2>/dev/null | awk -F': ' '/Minor Number/ { print $2; exit }'; }
fact() { printf '%-8s %s: procfs "%s", NVML "%s"\n' "$([ "$2" = "$3" ] && echo same || echo DIFFERS)" "$1" "$2" "$3" | tee -a "$results/facts.txt"; }

ask_tools() {
    step "doctor"
    if knows doctor; then
        timed doctor nvidia-ctk doctor; echo "status $?"
        nvidia-ctk doctor --format=json >"$results/doctor.json"
        timed "doctor --bundle" nvidia-ctk doctor --bundle "$results/support.tar.gz"; echo "status $?"
    else
        echo "this build has no doctor"
    fi
    step "info"
    timed info nvidia-ctk info
    step "nvidia-container-cli"
    timed "nvidia-container-cli info" nvidia-container-cli info
    timed "nvidia-container-cli list" nvidia-container-cli list >"$results/list.txt"
    wc -l <"$results/list.txt"
}

specifications() {
    step "CDI specification"
    local mode
    for mode in auto nvml management; do
        timed "cdi generate --mode=$mode" nvidia-ctk cdi generate --mode=$mode --output="$results/$mode.yaml"
        nvidia-ctk cdi validate "$results/$mode.yaml"
    done
    nvidia-ctk cdi generate --explain >"$results/explain-generate.txt" 2>&1
    nvidia-ctk cdi --help | grep -qE '^ +diff' && { timed "cdi diff" nvidia-ctk cdi diff "$results/auto.yaml"; echo "status $?"; }
}

# One bundle with a request for NVIDIA_VISIBLE_DEVICES.
bundle() {
    mkdir -p "$work/bundle/rootfs"
    cat >"$work/bundle/config.json" <<JSON
{"ociVersion":"1.0.2","process":{"terminal":false,"user":{"uid":0,"gid":0},"cwd":"/",
"args":["/bin/sh","-c",
"ls -l /dev/nvidia*; for node in /dev/nvidia*; do [ -c \$node ] && { dd if=\$node count=0 2>&1 | head -1; }; done; nvidia-smi -L; nvidia-smi; echo done"],
"env":["PATH=/usr/local/nvidia/bin:/usr/local/bin:/usr/bin:/bin","NVIDIA_VISIBLE_DEVICES=$1","NVIDIA_DRIVER_CAPABILITIES=all"]},
"root":{"path":"rootfs"},"mounts":[{"destination":"/proc","type":"proc","source":"proc"},
{"destination":"/dev","type":"tmpfs","source":"tmpfs","options":["nosuid","mode=755"]},{"destination":"/sys","type":"sysfs","source":"sysfs","options":["ro"]}],
"linux":{"namespaces":[{"type":"mount"},{"type":"pid"},{"type":"ipc"},{"type":"uts"}],"resources":{"devices":[{"allow":false,"access":"rwm"}]}}}
JSON
}

requests() {
    printf '%s\n' all 0 none
    cat /proc/driver/nvidia/gpus/*/information | awk -F':[ \t]*' '$1 == "GPU UUID" && $2 ~ /^GPU-[0-9a-f]/ { print $2; exit }'
}

# The edit alone: a low-level runtime that does nothing.
plans() {
    step "plans"
    mkdir -p "$work/nothing"
    printf '#!/bin/sh\n' >"$work/nothing/runc"
    chmod +x "$work/nothing/runc"
    local request
    for request in $(requests); do
        bundle "$request"
        if knows explain; then
            nvidia-ctk explain --bundle "$work/bundle" >"$results/explain-$request.txt" 2>&1
        fi
        PATH=$work/nothing:$PATH timed "plan $request" nvidia-container-runtime create --bundle "$work/bundle" plan || echo "$request: exit status $?"
        cp "$work/bundle/config.json" "$results/plan-$request.json"
    done
    bundle all
    traced plan env "PATH=$work/nothing:$PATH" nvidia-container-runtime create --bundle "$work/bundle" plan
    traced generate nvidia-ctk cdi generate --output="$work/traced.yaml"
    has nvidia-smi && traced nvidia-smi nvidia-smi -L
}

# Counts system calls and opens of GPU nodes: opening one initialises the GPU where nothing keeps it initialised.
traced() {
    local name=$1
    shift
    has strace || return 0
    strace -f -o "$results/$name.strace" "$@" >/dev/null 2>"$results/$name.strace.err" || echo "$name: exit status $? under strace"
    echo "$name: $(wc -l <"$results/$name.strace") system calls, $(grep -cE 'open(at)?\(.*"/dev/nvidia' "$results/$name.strace") opens of /dev/nvidia*"
}

containers() {
    step "containers"
    [ "$(id -u)" -eq 0 ] || { echo "not root: plans only"; return; }
    unshare --mount --pid --fork true 2>/dev/null || { echo "this machine allows no namespaces: plans only"; return; }
    if ! "$kit/tools/runc" --version >"$results/runc.txt" 2>&1; then
        # runc starts itself without variables, so the loader must find the library by itself: a cache of our own, in this namespace alone.
        "$(PATH=$PATH:/sbin:/usr/sbin command -v ldconfig)" -C "$work/cache" "$kit/lib" 2>/dev/null &&
            mount --make-rprivate / && mount --bind "$work/cache" /etc/ld.so.cache
        "$kit/tools/runc" --version >"$results/runc.txt" 2>&1 || { cat "$results/runc.txt"; echo "runc does not run here: plans only"; return; }
    fi
    cat "$results/runc.txt"
    mkdir -p "$work/runtime"
    ln -sf "$kit/tools/runc" "$work/runtime/runc"
    local request
    for request in $(requests); do
        container "$request"
    done
}

# `create` is what the shim edits, so the container is created and started by two calls, as engines do.
container() {
    bundle "$1"
    rm -rf "$work/bundle/rootfs"
    mkdir -p "$work/bundle/rootfs"/{proc,dev,sys,etc,tmp,lib,lib64,bin,usr/bin,usr/lib,usr/lib/x86_64-linux-gnu}
    cp "$kit/tools/busybox" "$work/bundle/rootfs/bin/busybox"
    local applet
    for applet in sh ls dd head sleep; do ln -s busybox "$work/bundle/rootfs/bin/$applet"; done
    # nvidia-smi needs glibc, which an image would have.
    cp -L /lib64/ld-linux-x86-64.so.2 "$work/bundle/rootfs/lib64/" 2>/dev/null
    cp -L /lib/x86_64-linux-gnu/{libc,libm,libdl,libpthread,librt}.so.? "$work/bundle/rootfs/usr/lib/x86_64-linux-gnu/" 2>/dev/null
    mkdir -p "$work/bundle/rootfs/lib"
    ln -sfn ../usr/lib/x86_64-linux-gnu "$work/bundle/rootfs/lib/x86_64-linux-gnu"
    echo "-- $1"
    local shim=(env "PATH=$work/runtime:$PATH" nvidia-container-runtime --root "$work/state")
    timed "create $1" "${shim[@]}" create --bundle "$work/bundle" "real-$$" </dev/null >"$results/container-$1.txt" 2>&1 ||
        { cat "$results/container-$1.txt"; return; }
    timed "start $1" "${shim[@]}" start "real-$$" || return
    local waited=0
    until [ "$waited" -ge 40 ] || grep -q '^done$' "$results/container-$1.txt"; do sleep 0.25; waited=$((waited + 1)); done
    cat "$results/container-$1.txt"
    "${shim[@]}" delete --force "real-$$"
    rm -rf "$work/bundle/rootfs"
}

persistence() {
    step "persistence"
    has nvidia-smi || return 0
    local before
    before=$(nvidia-smi --query-gpu=persistence_mode --format=csv,noheader | grep -m1 -E '^(Enabled|Disabled)$' || echo unknown)
    echo "it is $before"
    probe "$before"
    [ "${REAL_GPU_TOGGLE_PERSISTENCE:-}" = 1 ] ||
        { echo "the other way is not measured: the machine's settings stay (REAL_GPU_TOGGLE_PERSISTENCE=1 measures both)"; return 0; }
    local on=1 other=Disabled
    [ "$before" = Disabled ] && on=0 other=Enabled
    nvidia-smi -pm $((1 - on)) && probe "$other"
    nvidia-smi -pm $on
}

probe() {
    local turn
    for turn in 1 2 3; do
        bundle all
        PATH=$work/nothing:$PATH timed "plan all, persistence $1, $turn" nvidia-container-runtime create --bundle "$work/bundle" plan
        timed "cdi generate, persistence $1, $turn" nvidia-ctk cdi generate --output="$work/p.yaml" 2>/dev/null
        timed "nvidia-smi -L, persistence $1, $turn" nvidia-smi -L >/dev/null
    done
}

run() {
    mkdir -p "${1:-artifacts/real-gpu-results}"
    results=$(realpath "${1:-artifacts/real-gpu-results}") kit=$(realpath "${2:-artifacts/real-gpu}")
    [ -x "$kit/bin/nvidia-container-runtime" ] || { echo "$kit holds no programs: run real-gpu.sh prepare where they were built" >&2; exit 1; }
    [ -e /proc/driver/nvidia/version ] || { echo "there is no NVIDIA driver here: /proc/driver/nvidia/version is missing" >&2; exit 2; }
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    # strace comes with libraries of its own; the machine's strace is as good.
    if ! has strace; then
        mkdir -p "$work/path"
        printf '#!/bin/sh\nLD_LIBRARY_PATH=%s exec %s -E LD_LIBRARY_PATH "$@"\n' "$kit/lib" "$kit/tools/strace" >"$work/path/strace"
        chmod +x "$work/path/strace"
    fi
    export PATH=$kit/bin:$work/path:$PATH:/usr/local/nvidia/bin:/usr/sbin:/sbin
    printf 'what\tmilliseconds\tstatus\n' >"$results/times.tsv"
    { facts; compare; ask_tools; specifications; plans; (containers); persistence; step times; cat "$results/times.tsv"; } 2>&1 | tee "$results/log.txt"
    echo "results: $results"
}

case ${1:-} in
    prepare) shift; prepare "$@" ;;
    run)
        # Mounts that a container needs vanish with this namespace.
        if [ "${REAL_GPU_INSIDE:-}" != 1 ] && [ "$(id -u)" -eq 0 ] && unshare --mount true 2>/dev/null; then
            REAL_GPU_INSIDE=1 exec unshare --mount "$0" "$@"
        fi
        shift
        run "$@" ;;
    *) sed -n '2,7s/^# \{0,1\}//p' "$0" >&2; exit 1 ;;
esac
