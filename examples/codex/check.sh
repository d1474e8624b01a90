#!/bin/sh
# What a variant must pass before it is measured: Codex starts, and reads its configuration.
set -eu
export CODEX_HOME="${TMPDIR:-/tmp}/codex-check"
mkdir -p "$CODEX_HOME"
cp -R codex/. "$CODEX_HOME/"
node_modules/.bin/codex --version
python3 -c 'import tomllib; tomllib.load(open("codex/config.toml", "rb"))'
sh -n run.sh
test -s codex/AGENTS.md
