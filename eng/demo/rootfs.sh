#!/usr/bin/env bash
# Makes a small container root: busybox, a probe that opens libraries, and this machine's dynamic loader and C library for it. No driver in it.
# usage: rootfs.sh FOLDER
set -euo pipefail
root=${1:?usage: rootfs.sh FOLDER}
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$root"/{bin,dev,etc,proc,run,sys,tmp,usr/bin,usr/lib,usr/sbin}
# As on today's distributions, /lib and /lib64 are links.
ln -sfn usr/lib "$root/lib"
ln -sfn usr/lib64 "$root/lib64"
mkdir -p "$root/usr/lib64"
cp /bin/busybox "$root/bin/busybox"
for name in sh ls cat env id true sleep mount grep sed stat readlink find head sort touch tr; do ln -sf busybox "$root/bin/$name"; done
gcc -O2 -o "$root/bin/probe" "$here/probe.c"
# The libraries that the probe and the driver's libraries need, at the paths where the loader looks for them without a cache.
copy() {
    local target
    target="$root/$(dirname "$1")"
    mkdir -p "$target"
    cp -L "$1" "$target/"
}
loader=$(readelf -l "$root/bin/probe" | sed -n 's/.*interpreter: \(.*\)\]/\1/p')
copy "$loader"
folder=$(dirname "$(ldd "$root/bin/probe" | awk '/libc\.so\.6/ { print $3 }')")
for library in libc.so.6 libm.so.6 libdl.so.2 libpthread.so.0 librt.so.1; do
    [ -e "$folder/$library" ] && copy "$folder/$library"
done
