#!/bin/sh
# install.sh [FOLDER]: installs the peers, of the versions pinned beside this
# script, into FOLDER (default ${TMPDIR:-/tmp}/declutter-peers): python/ a
# virtual environment, node/ the packages of npm, rust/ what cargo builds.
# Nothing is written into the source tree.  Needs python3 with venv (3.11 or
# later), node and npm (18 or later) and cargo (1.85 or later).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-${TMPDIR:-/tmp}/declutter-peers}

for tool in python3 node npm cargo; do
    command -v "$tool" >/dev/null || {
        echo "install.sh: $tool is missing" >&2
        exit 1
    }
done
mkdir -p "$folder/node"
folder=$(cd "$folder" && pwd)

# Every package is named, so nothing is resolved.  magic-html asks for Python
# 3.12 but uses nothing that 3.11 lacks.
python3 -m venv "$folder/python"
"$folder/python/bin/pip" install --quiet --disable-pip-version-check \
    --no-deps --ignore-requires-python -r "$here/requirements.txt"

cp "$here/package.json" "$here/package-lock.json" "$folder/node/"
npm ci --prefix "$folder/node" --ignore-scripts --no-audit --no-fund --silent

cargo build --release --locked --quiet ${JOBS:+-j "$JOBS"} \
    --manifest-path "$here/rs-trafilatura/Cargo.toml" \
    --target-dir "$folder/rust"

echo "installed in $folder"
