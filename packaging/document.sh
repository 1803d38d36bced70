#!/usr/bin/env bash
# Writes manual pages and completions, by the tools program of this machine; they are the same for every architecture.
# usage: document.sh PROGRAMS FOLDER
set -euo pipefail
tools=$(realpath "${1:?usage: document.sh PROGRAMS FOLDER}")/nvidia-ctk-cli folder=${2:?a folder}
rm -rf "$folder"
mkdir -p "$folder/man" "$folder/completions"
"$tools" man-pages --output="$folder/man"
# Programs of their own name without a page of their own.
for name in nvidia-container-runtime nvidia-container-runtime.cdi nvidia-container-runtime.legacy nvidia-container-runtime-hook nvidia-cdi-hook \
    nvidia-container-cli nvidia-ctk-cli nvidia-ctk-installer; do
    [ -e "$folder/man/$name.1" ] || echo ".so man1/nvidia-ctk.1" >"$folder/man/$name.1"
done
gzip -9 -n "$folder"/man/*.1
"$tools" completion bash >"$folder/completions/nvidia-ctk"
"$tools" completion zsh >"$folder/completions/_nvidia-ctk"
"$tools" completion fish >"$folder/completions/nvidia-ctk.fish"
