#!/usr/bin/env bash
# Prints a field of a package's description that names NVIDIA's packages, all of whose programs are in ours.
# usage: names.sh provides|replaced VERSION
set -euo pipefail
names=(nvidia-container-toolkit nvidia-container-toolkit-base nvidia-container-toolkit-operator-extensions libnvidia-container-tools
    nvidia-container-runtime nvidia-container-runtime-hook)
case ${1:?usage: names.sh provides|replaced VERSION} in
    provides) printf "%s (= ${2:?a version})\n" "${names[@]}" ;;
    replaced) printf '%s\n' "${names[@]}" ;;
esac
