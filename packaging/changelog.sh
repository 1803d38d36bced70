#!/usr/bin/env bash
# Prints the changelog of a package in Debian's form; what changed for users stands in CHANGELOG.md.
# usage: changelog.sh PACKAGE VERSION
set -euo pipefail
date=$(date -u -R -d "@${SOURCE_DATE_EPOCH:?set SOURCE_DATE_EPOCH}")
printf '%s (%s) stable; urgency=medium\n\n  * %s\n\n -- GpuContainers <maintainers@gpucontainers.invalid>  %s\n' \
    "$1" "$2" "See CHANGELOG.md of the project for what has changed." "$date"
