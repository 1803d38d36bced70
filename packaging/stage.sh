#!/usr/bin/env bash
# Lays the files of the package gpu-containers out below a folder, as they lie on a host. What a family of packages wants elsewhere stands in variables.
# usage: stage.sh PROGRAMS DOCUMENTS FOLDER     PROGRAMS: what eng/publish.sh made; DOCUMENTS: what document.sh made
set -euo pipefail
programs=$(realpath "${1:?usage: stage.sh PROGRAMS DOCUMENTS FOLDER}") documents=$(realpath "${2:?the documents}") root=${3:?a folder}
here=$(cd "$(dirname "$0")" && pwd)
units=${UNIT_FOLDER:-/usr/lib/systemd/system} rules=${RULE_FOLDER:-/usr/lib/udev/rules.d}

# usage: put MODE FOLDER FILE...
put() {
    local mode=$1 folder=$root$2
    shift 2
    install -d -m 0755 "$folder"
    install -m "$mode" -t "$folder" "$@"
}
put 0755 /usr/bin "$programs"/{nvidia-container-runtime,nvidia-ctk-cli,nvidia-ctk-installer}
for name in nvidia-container-runtime.cdi nvidia-container-runtime.legacy nvidia-cdi-hook nvidia-container-runtime-hook nvidia-ctk; do
    ln -s nvidia-container-runtime "$root/usr/bin/$name"
done
# A hard link: people put a program of their own under this name, which must not be written through a symbolic link.
ln "$root/usr/bin/nvidia-container-runtime" "$root/usr/bin/nvidia-container-cli"
put 0644 "$units" "$here"/systemd/nvidia-cdi-refresh.{service,path}
put 0644 "$rules" "$here"/udev/99-nvidia-cdi-refresh.rules
# Copied to /etc where nothing is there: a file of the user is never shipped over.
put 0644 /usr/share/gpu-containers "$here"/systemd/nvidia-cdi-refresh.env
put 0644 /usr/share/man/man1 "$documents"/man/*.1.gz
put 0644 /usr/share/bash-completion/completions "$documents/completions/nvidia-ctk"
put 0644 /usr/share/zsh/site-functions "$documents/completions/_nvidia-ctk"
put 0644 /usr/share/fish/vendor_completions.d "$documents/completions/nvidia-ctk.fish"
