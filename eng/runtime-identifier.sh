#!/usr/bin/env bash
# Prints .NET's name of this machine.
set -euo pipefail
architecture=$(uname -m)
case $architecture in
    x86_64) echo linux-x64 ;;
    aarch64) echo linux-arm64 ;;
    *) echo "no build for $architecture" >&2; exit 1 ;;
esac
