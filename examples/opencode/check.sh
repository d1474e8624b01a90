#!/bin/sh
# What a variant must pass before it is measured: opencode starts, and its configuration can be read.
set -eu
export XDG_DATA_HOME="${TMPDIR:-/tmp}/data" XDG_CACHE_HOME="${TMPDIR:-/tmp}/cache" XDG_STATE_HOME="${TMPDIR:-/tmp}/state"
node_modules/.bin/opencode --version
node -e 'JSON.parse(require("node:fs").readFileSync("opencode/opencode.json", "utf8"))'
sh -n run.sh
test -s opencode/AGENTS.md
