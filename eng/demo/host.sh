#!/usr/bin/env bash
# The demo in a host that has GPUs: a container through nvidia-container-runtime, what it sees, and what that costs.
# usage: host.sh PROGRAMS ROOTFS
set -euo pipefail
programs=${1:?usage: host.sh PROGRAMS ROOTFS} rootfs=${2:?usage: host.sh PROGRAMS ROOTFS}
rounds=${DEMO_ROUNDS:-10}
work=$(mktemp -d /run/gpu-containers-demo.XXXXXX)
runtime=$programs/nvidia-container-runtime
runc=$(command -v runc)
trap 'for c in demo bare; do "$runc" --root "$work/state" delete -f "$c" >/dev/null 2>&1 || true; done; rm -rf "$work"' EXIT

bold='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ] && [ "${TERM:-dumb}" != dumb ]; then bold=$'\033[1m' plain=$'\033[0m'; fi
heading() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }

# A configuration of its own: the demo says the same on a machine that has another one.
cat >"$work/config.toml" <<CONFIG
[nvidia-container-runtime]
runtimes = ["$runc"]
[nvidia-ctk]
path = "$programs/nvidia-ctk"
CONFIG
sed "s|$runc|/bin/true|" "$work/config.toml" >"$work/edit-only.toml"
export NVIDIA_CTK_CONFIG_FILE_PATH=$work/config.toml

# usage: bundle NAME COMMAND: the bundle of a container that asks for all GPUs.
bundle() {
    mkdir -p "$work/$1"
    cp -a "$rootfs" "$work/$1/rootfs"
    specification "$2" >"$work/$1/config.json"
}

specification() {
    cat <<JSON
{
  "ociVersion": "1.0.2",
  "process": {
    "terminal": false, "cwd": "/", "user": { "uid": 0, "gid": 0 },
    "args": ["/bin/sh", "-c", "$1"],
    "env": ["PATH=/usr/bin:/bin", "NVIDIA_VISIBLE_DEVICES=all", "NVIDIA_DRIVER_CAPABILITIES=all"],
    "capabilities": { "bounding": ["CAP_KILL"], "effective": ["CAP_KILL"], "permitted": ["CAP_KILL"] }
  },
  "root": { "path": "rootfs" },
  "hostname": "gpu-container",
  "mounts": [
    { "destination": "/proc", "type": "proc", "source": "proc" },
    { "destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "mode=755", "size=65536k"] },
    { "destination": "/dev/pts", "type": "devpts", "source": "devpts", "options": ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"] },
    { "destination": "/sys", "type": "sysfs", "source": "sysfs", "options": ["nosuid", "noexec", "nodev", "ro"] }
  ],
  "linux": {
    "resources": { "devices": [{ "allow": false, "access": "rwm" }] },
    "namespaces": [{ "type": "pid" }, { "type": "ipc" }, { "type": "uts" }, { "type": "mount" }, { "type": "network" }]
  }
}
JSON
}

# usage: until_stopped ID
until_stopped() {
    for _ in $(seq 500); do
        case $("$runc" --root "$work/state" state "$1" 2>/dev/null) in *'"status": "stopped"'*) return ;; esac
        sleep 0.01
    done
    echo "the container does not end" >&2
    exit 1
}

heading "The host"
head -n 1 /proc/driver/nvidia/version
for gpu in /proc/driver/nvidia/gpus/*/information; do
    sed -n 's/^\(Model\|GPU UUID\|Bus Location\): *[[:blank:]]*/\1 /p' "$gpu" |
        sed 's/^Model //; s/^GPU UUID //; s/^Bus Location //' | paste -sd ' ' | sed 's/^/  /'
done

heading "A container through nvidia-container-runtime: create, start"
bundle demo "exec /bin/sh /show.sh"
cp "$(dirname "$0")/show.sh" "$work/demo/rootfs/show.sh"
"$runtime" --root "$work/state" create --bundle "$work/demo" demo >"$work/output" 2>&1 </dev/null || { cat "$work/output" >&2; exit 1; }
"$runtime" --root "$work/state" start demo
until_stopped demo
"$runtime" --root "$work/state" delete demo
cat "$work/output"

heading "What the doctor says about this host"
"$programs/nvidia-ctk" doctor || true

heading "What it costs (median of $rounds rounds, milliseconds)"
now() { local t=${EPOCHREALTIME//[!0-9]/}; echo "$t"; }
# usage: timed ROW COMMAND...: the time of the command goes to the row's file.
timed() {
    local row=$1 before after
    shift
    before=$(now)
    "$@" >/dev/null 2>"$work/errors" </dev/null || { echo "$*: $(cat "$work/errors")" >&2; exit 1; }
    after=$(now)
    echo $((after - before)) >>"$work/times.$row"
}
bundle bare true
cp "$work/bare/config.json" "$work/bare.json"
for _ in $(seq "$rounds"); do
    for kind in bare ours; do
        program=$runc
        [ "$kind" = ours ] && program=$runtime
        # Each round begins with the root and the specification as an engine would hand them over.
        rm -rf "$work/bare/rootfs" && cp -a "$rootfs" "$work/bare/rootfs"
        cp "$work/bare.json" "$work/bare/config.json"
        timed "create.$kind" "$program" --root "$work/state" create --bundle "$work/bare" bare
        timed "start.$kind" "$program" --root "$work/state" start bare
        until_stopped bare
        timed "state.$kind" "$program" --root "$work/state" state bare
        timed "delete.$kind" "$program" --root "$work/state" delete bare
    done
    cp "$work/bare.json" "$work/bare/config.json"
    timed edit.ours env NVIDIA_CTK_CONFIG_FILE_PATH="$work/edit-only.toml" "$runtime" create --bundle "$work/bare" bare
    timed edit.bare env NVIDIA_CTK_CONFIG_FILE_PATH="$work/edit-only.toml" /bin/true create --bundle "$work/bare" bare
done
median() { sort -n "$work/times.$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
# Lines of "step, bare runc, ours", in milliseconds, for the table here and for the picture.
for row in create start state delete edit; do
    case $row in
        create) text="create: the edit, runc, all hooks" ;;
        edit) text="the edit of config.json alone, no runc" ;;
        *) text=$row ;;
    esac
    awk -v t="$text" -v b="$(median "$row.bare")" -v o="$(median "$row.ours")" 'BEGIN { printf "%s\t%.1f\t%.1f\n", t, b / 1000, o / 1000 }'
done >"$work/table"
printf '  %-40s %10s %10s %10s\n' step "bare runc" ours added
awk -F '\t' '{ printf "  %-40s %10.1f %10.1f %+10.1f\n", $1, $2, $3, $3 - $2 }' "$work/table"
[ -z "${DEMO_TABLE:-}" ] || cp "$work/table" "$DEMO_TABLE"
