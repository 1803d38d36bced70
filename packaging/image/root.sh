#!/usr/bin/env bash
# Lays out the files of the image for one architecture: the installer, the programs that it installs into a node, a C library, busybox.
# usage: root.sh PROGRAMS LIBRARIES BUSYBOX FOLDER     LIBRARIES: a root that has glibc, such as / or an extracted libc6; BUSYBOX: a static one
set -euo pipefail
programs=$(realpath "${1:?usage: root.sh PROGRAMS LIBRARIES BUSYBOX FOLDER}") libraries=$2 busybox=$3 root=${4:?a folder}
here=$(cd "$(dirname "$0")" && pwd)
rm -rf "$root"
mkdir -p "$root"/{work,bin,busybox,licenses,etc,tmp,run,proc,sys,dev,artifacts/rpm/usr/bin}
install -m 0555 -t "$root/work" "$programs/nvidia-ctk-installer"
ln -s nvidia-ctk-installer "$root/work/nvidia-toolkit"
install -m 0555 -t "$root/artifacts/rpm/usr/bin" "$programs"/{nvidia-container-runtime,nvidia-ctk-cli}
for name in nvidia-container-runtime.cdi nvidia-container-runtime.legacy nvidia-cdi-hook nvidia-container-runtime-hook nvidia-ctk; do
    ln -s nvidia-container-runtime "$root/artifacts/rpm/usr/bin/$name"
done
ln "$root/artifacts/rpm/usr/bin/nvidia-container-runtime" "$root/artifacts/rpm/usr/bin/nvidia-container-cli"
# Both families have the same files.
ln -s rpm "$root/artifacts/deb"
# The installer and the tools are dynamic.
for name in libc.so.6 libm.so.6 libpthread.so.0 libdl.so.2 librt.so.1; do
    file=$(find "$libraries"/lib/*-linux-gnu/ "$libraries"/usr/lib/*-linux-gnu/ -maxdepth 1 -name $name -print -quit 2>/dev/null)
    install -D -m 0555 "$(realpath "$file")" "$root/lib/$(basename "$(dirname "$file")")/$name"
done
loader=$(readelf -p .interp "$programs/nvidia-ctk-installer" | sed -n 's/.*\(\/lib.*\)/\1/p')
install -D -m 0555 "$(realpath "$(find "$libraries"/lib/*-linux-gnu/ -maxdepth 1 -name "$(basename "$loader")" -print -quit)")" "$root$loader"
install -m 0555 "$busybox" "$root/busybox/busybox"
# Those of busybox, which only a busybox of this machine can list; another architecture's has the same.
for applet in $(busybox --list); do [ -e "$root/busybox/$applet" ] || ln -s busybox "$root/busybox/$applet"; done
ln -s ../busybox/busybox "$root/bin/sh"
# GPU operators before the base of such images was minimal start their script by this name; busybox knows what such scripts have of bash.
printf '#!/bin/sh\nexec /bin/sh "$@"\n' >"$root/bin/bash"
chmod 0555 "$root/bin/bash"
install -m 0444 -t "$root/licenses" "$here/../../LICENSE"
printf 'root:x:0:0:root:/:/bin/sh\n' >"$root/etc/passwd"
chmod 0444 "$root/etc/passwd"
