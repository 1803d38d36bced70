#!/usr/bin/env bash
# Prints the arguments of "dotnet publish" for a machine: its name, and the compiler where it is not this machine's own architecture.
# usage: aot-arguments.sh [linux-x64|linux-arm64]     default: this machine
set -euo pipefail
own=$("$(dirname "$0")/runtime-identifier.sh")
wanted=${1:-$own}
case $wanted in
    linux-x64) tools=x86_64-linux-gnu ;;
    linux-arm64) tools=aarch64-linux-gnu ;;
    *) echo "no build for $wanted" >&2; exit 1 ;;
esac
echo "-r $wanted"
[ "$wanted" = "$own" ] || echo "-p:CppCompilerAndLinker=$tools-gcc -p:ObjCopyName=$tools-objcopy"
