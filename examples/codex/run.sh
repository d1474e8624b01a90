#!/bin/sh
# One task, or one change to this repository: Codex as it comes from npm, with what codex/ holds as its own configuration.
set -eu
agent=$PWD
PATH=$agent/node_modules/.bin:$PATH
export CODEX_HOME="$TMPDIR/codex"
mkdir -p "$CODEX_HOME"
cp -R "$agent/codex/." "$CODEX_HOME/"
cd "$HUXLEY_WORKSPACE"
# The container is the sandbox; only the address of the model comes from outside.
exec codex exec --json --skip-git-repo-check --model "$HUXLEY_MODEL" \
  -c "model_providers.huxley.base_url=\"$OPENAI_BASE_URL\"" - < "$HUXLEY_TASK" > "$HUXLEY_OUT"
