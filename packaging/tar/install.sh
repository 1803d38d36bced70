#!/bin/sh
# Installs what lies beside this script; needs nothing but a POSIX shell and the usual commands.
# usage: install.sh [--uninstall] [--destdir DIR]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root='' action=install
while [ $# -gt 0 ]; do
    case $1 in
        --destdir) root=${2:?a folder}; shift ;;
        --uninstall) action=uninstall ;;
        *) sed -n '2,3s/^# //p' "$0" >&2; exit 2 ;;
    esac
    shift
done
mkdir -p "${root:-/}"
[ -w "${root:-/}" ] || { echo "install.sh: ${root:-/} cannot be written: run it as root" >&2; exit 1; }
# Whether this is about the machine that runs, and systemd runs it.
is_live() { [ -z "$root" ] && [ -d /run/systemd/system ]; }

if [ "$action" = uninstall ]; then
    if is_live; then systemctl disable --now nvidia-cdi-refresh.path nvidia-cdi-refresh.service >/dev/null 2>&1 || true; fi
    (cd "$here/root" && find . ! -type d) | while read -r file; do rm -f "$root/${file#./}"; done
    rmdir "$root/usr/share/gpu-containers" 2>/dev/null || true
    echo "The configuration is still there: $root/etc/nvidia-container-runtime, $root/etc/nvidia-container-toolkit"
    exit 0
fi

# tar puts each file in the place of the old one, which containers that run keep.
(cd "$here/root" && tar -cf - .) | (cd "${root:-/}" && tar -xf - --no-same-owner)
config=$root/etc/nvidia-container-runtime/config.toml settings=$root/etc/nvidia-container-toolkit/nvidia-cdi-refresh.env
mkdir -p "${config%/*}" "${settings%/*}"
# A file that is there stays as it is, to the byte.
[ -e "$config" ] || "$root/usr/bin/nvidia-ctk" --quiet config --config-file="$config" --in-place
[ -e "$settings" ] || cp "$root/usr/share/gpu-containers/nvidia-cdi-refresh.env" "$settings"
if is_live; then
    systemctl daemon-reload || true
    systemctl enable --now nvidia-cdi-refresh.path >/dev/null 2>&1 || true
    systemctl enable nvidia-cdi-refresh.service >/dev/null 2>&1 || true
    systemctl --no-block start nvidia-cdi-refresh.service >/dev/null 2>&1 || true
fi
echo "Installed. Next: nvidia-ctk runtime configure --runtime=docker, and restart docker"
