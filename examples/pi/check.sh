#!/bin/sh
# What a variant must pass before it is measured: pi starts, and its models can be read.
set -eu
node_modules/.bin/pi --version
node -e 'JSON.parse(require("node:fs").readFileSync("pi/models.json", "utf8"))'
sh -n run.sh
test -s pi/AGENTS.md
