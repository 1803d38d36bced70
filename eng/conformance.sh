#!/usr/bin/env bash
# Runs the conformance groups of tests/conformance.txt against built programs; the last line is "N passed, N failed".
# usage: conformance.sh [FOLDER [GROUP...]]     default: artifacts/bin, all groups of the list
set -euo pipefail
cd "$(dirname "$0")/.."
bin=${1:-artifacts/bin}
groups=("${@:2}")
[ ${#groups[@]} -gt 0 ] || mapfile -t groups < <(grep -vE '^\s*(#|$)' tests/conformance.txt)
exec python3 tests/conformance/conform.py run --bin "$bin" "${groups[@]}"
