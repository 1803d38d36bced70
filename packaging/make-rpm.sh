#!/usr/bin/env bash
# Makes the rpm packages of one architecture out of programs that are built; the same inputs give the same bytes (SOURCE_DATE_EPOCH).
# usage: make-rpm.sh x86_64|aarch64 PROGRAMS SIMULATOR DOCUMENTS FOLDER
set -euo pipefail
architecture=${1:?usage: make-rpm.sh x86_64|aarch64 PROGRAMS SIMULATOR DOCUMENTS FOLDER} programs=$2 simulator=$3 documents=$4 out=$(realpath "$5")
here=$(cd "$(dirname "$0")" && pwd)
version=$("$here/version.sh" rpm)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
stage=$work/stage
"$here/stage.sh" "$programs" "$documents" "$stage"
install -D -m 0644 -t "$stage/usr/lib/systemd/system-preset" "$here/systemd/80-nvidia-container-toolkit.preset"
install -D -m 0755 -t "$stage/usr/lib/gpu-containers-simulator" "$simulator/gpu-host-simulator"
install -m 0644 -t "$stage/usr/lib/gpu-containers-simulator" "$simulator/libnvidia-ml.so.1"
ln -s ../lib/gpu-containers-simulator/gpu-host-simulator "$stage/usr/bin/gpu-host-simulator"
for package in gpu-containers gpu-containers-simulator; do install -D -m 0644 -t "$stage/usr/share/licenses/$package" "$here/../LICENSE"; done

# NVIDIA's packages of this version and older ones are replaced; a newer one is in the way until it is removed.
names=$("$here/names.sh" replaced "$version" | while read -r name; do
    printf 'Provides: %s = %s-1\nObsoletes: %s < %s-2\nConflicts: %s\n' "$name" "$version" "$name" "$version" "$name"
done)
sed "/^%{names}$/{
r /dev/stdin
d
}" "$here/rpm/gpu-containers.spec" <<<"$names" >"$work/gpu-containers.spec"
rpmbuild -bb --quiet --target "$architecture-linux" --define "_topdir $work/top" --define "package_version $version" --define "stage $stage" \
    --define "_rpmdir $out" --define '_build_name_fmt %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm' --define '_buildhost reproducible' \
    --define "_binary_payload ${RPM_PAYLOAD:-w9.xzdio}" --define 'use_source_date_epoch_as_buildtime 1' --define 'clamp_mtime_to_source_date_epoch 1' \
    --define '_build_id_links none' "$work/gpu-containers.spec"
