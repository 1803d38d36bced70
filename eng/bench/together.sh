#!/usr/bin/env bash
# Containers created at once: lines "together-N bare|ours|theirs MICROSECONDS-FOR-ALL 0" and, for each container, "each-N ... MICROSECONDS KIB".
# usage: together.sh PROGRAMS ROOTFS TOOLS ROUNDS     in a host with GPUs; REFERENCE: the folder of another toolkit's programs
set -euo pipefail
programs=$1 rootfs=$2 tools=$3 rounds=$4
work=$(mktemp -d /run/gpu-containers-together.XXXXXX)
runc=$(command -v runc)
end() {
    for k in $(seq 64); do "$runc" --root "$work/state" delete -f "c$k" >/dev/null 2>&1 || true; done
}
trap 'end; rm -rf "$work"' EXIT
. "$(dirname "$0")/toolkits.sh"
write_configurations "$work" "$programs" "$tools"
bundle_template "$work"
for k in $(seq 64); do
    mkdir "$work/b$k"
    cp -a "$rootfs" "$work/b$k/rootfs"
done
now() { date +%s%N; }
for _ in $(seq "$rounds"); do
    for count in 1 4 16 64; do
        for kind in $(kinds); do
            for k in $(seq "$count"); do cp "$work/config.json" "$work/b$k/config.json"; done
            use_toolkit "$kind" real
            begin=$(now) children=()
            for k in $(seq "$count"); do
                "$tools/timer" "$program" --root "$work/state" create --bundle "$work/b$k" "c$k" 3>"$work/result$k" >/dev/null </dev/null &
                children+=($!)
            done
            wait "${children[@]}"
            echo "together-$count $kind $((($(now) - begin) / 1000)) 0"
            for k in $(seq "$count"); do
                read -r status micros kib <"$work/result$k"
                [ "$status" -eq 0 ] || { echo "container $k of $count failed ($kind, status $status)" >&2; exit 1; }
                echo "each-$count $kind $micros $kib"
            done
            end
        done
    done
done
