#!/usr/bin/env bash
# How long nvidia-container-cli takes in a host with two GPUs: lines "ROW ours MICROSECONDS PEAK-KIB".
# usage: configure.sh PROGRAMS ROOTFS TOOLS ROUNDS
set -euo pipefail
programs=$1 rootfs=$2 tools=$3 rounds=$4
work=$(mktemp -d /run/gpu-containers-configure.XXXXXX)
container=
trap '[ -z "$container" ] || kill "$container"; rm -rf "$work"' EXIT
# usage: measure ROW ARGUMENT...
measure() {
    local row=$1 result
    shift
    result=$("$tools/timer" "$programs/nvidia-container-cli" "$@" 3>&1 >/dev/null)
    case $result in "0 "*) echo "$row ours ${result#0 }" ;; *) echo "failed ($result): nvidia-container-cli $*" >&2; exit 1 ;; esac
}
for _ in $(seq "$rounds"); do
    measure cli-list list
    measure cli-info info
    # A process in a mount namespace of its own, in which a low-level runtime has made the root ready; the mounts end with it.
    cp -a "$rootfs" "$work/rootfs"
    unshare --mount sleep infinity &
    container=$!
    until [ "$(readlink "/proc/$container/ns/mnt")" != "$(readlink /proc/self/ns/mnt)" ]; do sleep 0.01; done
    nsenter --mount="/proc/$container/ns/mnt" sh -ec "
        cd '$work'; mount --bind rootfs rootfs; mount -t proc proc rootfs/proc; mount --bind /proc/driver rootfs/proc/driver"
    measure cli-configure configure "--pid=$container" --no-cgroups --ldconfig=@/sbin/ldconfig --device=all --compute --utility "$work/rootfs"
    kill "$container"
    wait "$container" 2>/dev/null || true
    container=
    rm -rf "$work/rootfs"
done
