#!/usr/bin/env bash
# Makes the deb packages of one architecture out of programs that are built; the same inputs give the same bytes (SOURCE_DATE_EPOCH).
# COMPRESSION: xz, which is small, or gzip, which is quick.
# usage: make-deb.sh amd64|arm64 PROGRAMS SIMULATOR DOCUMENTS FOLDER
set -euo pipefail
architecture=${1:?usage: make-deb.sh amd64|arm64 PROGRAMS SIMULATOR DOCUMENTS FOLDER} programs=$2 simulator=$3 documents=$4 out=$(realpath "$5")
here=$(cd "$(dirname "$0")" && pwd)
version=$("$here/version.sh" deb)-1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 0755 "$work"
list() { "$here/names.sh" "$@" | paste -sd, | sed 's/,/, /g'; }
# As Debian counts it: KiB of each file, one for whatever else there is. What a folder takes differs from file system to file system.
size() {
    find "$1" -path "$1/DEBIAN" -prune -o -printf '%i %y %s\n' | sort -u |
        awk '{ total += $2 == "f" ? int(($3 + 1023) / 1024) : 1 } END { print total }'
}

# usage: finish PACKAGE CONTROL: what every package has, its description and checksums, then the package itself
finish() {
    local root=$work/$1 about=$work/$1/usr/share/doc/$1
    install -D -m 0644 "$here/deb/copyright" "$about/copyright"
    "$here/changelog.sh" "$1" "$version" | gzip -9 -n >"$about/changelog.Debian.gz"
    chmod 0644 "$about"/*
    if [ -f "$here/deb/$1.lintian" ]; then install -D -m 0644 "$here/deb/$1.lintian" "$root/usr/share/lintian/overrides/$1"; fi
    sed -e "s/@VERSION@/$version/; s/@ARCHITECTURE@/$architecture/; s/@SIZE@/$(size "$root")/" \
        -e "s/@PROVIDES@/$(list provides "$version")/; s/@REPLACED@/$(list replaced)/" "$2" | install -D -m 0644 /dev/stdin "$root/DEBIAN/control"
    (cd "$root" && find . -path ./DEBIAN -prune -o -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
    chmod 0644 "$root/DEBIAN/md5sums"
    dpkg-deb --root-owner-group -Z"${COMPRESSION:-xz}" --build "$root" "$out/${1}_${version}_$architecture.deb" >/dev/null
}

# Where NVIDIA's packages have them: dpkg knows a file by its path, and would remove ours with theirs under the other name of the folder.
UNIT_FOLDER=/lib/systemd/system RULE_FOLDER=/lib/udev/rules.d "$here/stage.sh" "$programs" "$documents" "$work/gpu-containers"
install -d -m 0755 "$work/gpu-containers/DEBIAN"
install -m 0755 -t "$work/gpu-containers/DEBIAN" "$here"/deb/{preinst,postinst,prerm,postrm,config}
install -m 0644 -t "$work/gpu-containers/DEBIAN" "$here"/deb/templates
finish gpu-containers "$here/deb/control.in"

simulated=$work/gpu-containers-simulator
install -D -m 0755 "$simulator/gpu-host-simulator" "$simulated/usr/lib/gpu-containers-simulator/gpu-host-simulator"
install -m 0644 -t "$simulated/usr/lib/gpu-containers-simulator" "$simulator/libnvidia-ml.so.1"
install -d -m 0755 "$simulated/usr/bin"
ln -s ../lib/gpu-containers-simulator/gpu-host-simulator "$simulated/usr/bin/gpu-host-simulator"
finish gpu-containers-simulator "$here/deb/control-simulator.in"
