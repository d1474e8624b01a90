#!/bin/sh
# One task, or one change to this repository: pi as it comes from npm, with what pi/ holds as its own configuration.
set -eu
agent=$PWD
PATH=$agent/node_modules/.bin:$PATH
mkdir -p "$HOME/.pi/agent"
cp -R "$agent/pi/." "$HOME/.pi/agent/"
# pi knows endpoints by this file alone.
sed -e "s#BASE_URL#$OPENAI_BASE_URL#" -e "s#MODEL#$HUXLEY_MODEL#" "$agent/pi/models.json" > "$HOME/.pi/agent/models.json"
cd "$HUXLEY_WORKSPACE"
exec pi --provider huxley --model "$HUXLEY_MODEL" --mode json --no-session --offline --approve -p < "$HUXLEY_TASK" > "$HUXLEY_OUT"
