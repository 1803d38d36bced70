#!/usr/bin/env bash
# Installs Debian packages that are missing, says so, and does nothing when all are there.
# usage: install-packages.sh PACKAGE...
set -euo pipefail
missing=()
for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" -ne 0 ]; then
    echo "missing packages: ${missing[*]}; install them as root: apt-get install ${missing[*]}" >&2
    exit 1
fi
echo "installing from Debian: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
install() { apt-get install -y --no-install-recommends -qq "${missing[@]}" >/dev/null; }
# A fresh machine has no package lists yet, an old one outdated ones: the lists are read again only when needed.
install 2>/dev/null || { apt-get update -qq && install; }
