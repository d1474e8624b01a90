#!/bin/sh
# What a variant must pass before it is measured: Claude Code starts, and its settings can be read.
set -eu
node_modules/.bin/claude --version
node -e 'JSON.parse(require("node:fs").readFileSync("claude/settings.json", "utf8"))'
for script in run.sh claude/hooks/*.sh; do sh -n "$script"; done
test -s claude/CLAUDE.md
