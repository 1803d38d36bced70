#!/usr/bin/env bash
# Checks the programs of another architecture as far as this machine can: which C library they need; and under qemu's user emulation versions, every hook
# over a container's root, an installation, a specification of a simulated host. What needs that architecture's kernel (namespaces, a driver's library) is
# left to its own machines.
# usage: smoke.sh x64|arm64 PROGRAMS SIMULATOR LIBRARIES     LIBRARIES: a folder with that architecture's glibc, as eng/extract-packages.sh makes it
set -euo pipefail
architecture=${1:?usage: smoke.sh x64|arm64 PROGRAMS SIMULATOR LIBRARIES} programs=$(realpath "$2") simulated=$(realpath "$3") libraries=$(realpath "$4")
fail() { echo "smoke test of $architecture: $*" >&2; exit 1; }

# Hosts have C libraries of years before (IN-124). A static program needs none.
oldest=GLIBC_2.28
for file in "$programs"/nvidia-c{ontainer-runtime,tk-cli,tk-installer} "$simulated"/{gpu-host-simulator,libnvidia-ml.so.1}; do
    newest=$({ readelf --wide --version-info "$file" | grep -o 'GLIBC_2[.0-9]*' || true; } | sort --version-sort | tail -n 1)
    case $file in *-cli | *-installer | *.so.1) [ -n "$newest" ] || fail "$file does not say which C library it needs" ;; esac
    [ "$(printf '%s\n' $oldest "$newest" | sort --version-sort | tail -n 1)" = $oldest ] || fail "$file needs $newest, newer than $oldest"
done

case $architecture in arm64) processor=aarch64 ;; *) processor=x86_64 ;; esac
emulator=$(command -v qemu-$processor-static) || { echo "no program of $architecture was run: qemu-user-static is not installed" >&2; exit 0; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
run() { local name=$1; shift; "$emulator" -L "$libraries" "$programs/$name" "$@"; }

for name in nvidia-ctk-cli nvidia-ctk-installer nvidia-container-runtime-hook nvidia-container-cli; do
    run "$name" --version 2>/dev/null | grep -q "$(packaging/version.sh)" || fail "$name does not tell its version"
done
"$emulator" "$simulated/gpu-host-simulator" list | grep -q h200x2 || fail "the simulator does not list its hosts"

# A container as a hook meets it: the state on standard input, the bundle with its root.
root=$work/bundle/rootfs folder=/usr/lib/$processor-linux-gnu
mkdir -p "$root$folder" "$root/etc" "$root/usr/local/cuda/compat"
cp "$libraries"/lib/$processor-linux-gnu/libc.so.6 "$root$folder/libcuda.so.570.133.20"
echo '{"ociVersion":"1.0.2","root":{"path":"rootfs"},"process":{"env":[]}}' >"$work/bundle/config.json"
hook() { run nvidia-cdi-hook "$@" <<<"{\"ociVersion\":\"1.0.2\",\"id\":\"smoke\",\"pid\":$$,\"bundle\":\"$work/bundle\"}" || fail "hook $1 failed"; }
hook create-symlinks --link "libcuda.so.1::$folder/libcuda.so"
[ "$(readlink "$root$folder/libcuda.so")" = libcuda.so.1 ] || fail "create-symlinks made no link"
hook update-ldcache --folder "$folder"
grep -qa "libc.so.6" "$root/etc/ld.so.cache" || fail "update-ldcache wrote no cache"
hook chmod --mode 0700 --path /usr/local/cuda/compat
[ "$(stat -c %a "$root/usr/local/cuda/compat")" = 700 ] || fail "chmod changed nothing"
hook enable-cuda-compat --host-driver-version 570.133.20
hook disable-device-node-modification
hook update-application-profile
hook apply-cuda-memory-limits --driver-root "" --gpu-id GPU-2f4d1a00-7c3e-4b6a-9d21-5e8f4a000000
hook sequence create-symlinks --link "libcuda.so.1::$folder/libother.so" ';' chmod --mode 0750 --path /usr/local/cuda/compat
[ -L "$root$folder/libother.so" ] && [ "$(stat -c %a "$root/usr/local/cuda/compat")" = 750 ] || fail "sequence left something out"

# The installer of a node, as its image has it.
mkdir -p "$work/artifacts/usr" && ln -s "$programs" "$work/artifacts/usr/bin"
run nvidia-ctk-installer --no-daemon --no-runtime-config --host-root= --toolkit-source-root="$work/artifacts" --toolkit-install-dir="$work/node" \
    --pid-file="$work/toolkit.pid" >/dev/null 2>"$work/errors" || fail "the installer: $(cat "$work/errors")"
"$emulator" "$work/node/toolkit/nvidia-cdi-hook" --version 2>/dev/null | grep -q "$(packaging/version.sh)" || fail "the installer laid no hook out"

# The host is one of this machine's architecture: its files are looked for by the same rules, and nothing of them is executed.
# For single GPUs an arm64 machine asks the driver's library, of the host's architecture, whether their memory is coherent; for all at once it does not.
simulator=artifacts/simulator/gpu-host-simulator
if [ "$(id -u)" = 0 ] && [ -x "$simulator" ]; then
    "$simulator" run h200x2 -- "$emulator" -L "$libraries" "$programs/nvidia-ctk-cli" --quiet cdi generate --mode=management \
        >"$work/nvidia.yaml" 2>"$work/errors" ||
        fail "cdi generate: $(cat "$work/errors")"
    grep -q "path: /dev/nvidia1" "$work/nvidia.yaml" || fail "cdi generate does not describe the second GPU"
    specification=', cdi generate'
fi
echo "$architecture: glibc 2.28 is enough; versions, hooks, installer${specification:-} run under $(basename "$emulator")"
