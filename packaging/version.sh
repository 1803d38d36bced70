#!/usr/bin/env bash
# Prints the version of the packages in the form of a family: pre-releases sort before their release by a tilde in deb and rpm.
# usage: version.sh [deb|rpm]
set -euo pipefail
cd "$(dirname "$0")/.."
version=${PACKAGE_VERSION:-$(sed -n 's:.*<VersionPrefix>\(.*\)</VersionPrefix>.*:\1:p' Directory.Build.props)}
case ${1:-} in
    deb | rpm) echo "${version/-/\~}" ;;
    *) echo "$version" ;;
esac
