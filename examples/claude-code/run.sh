#!/bin/sh
# One task, or one change to this repository: Claude Code as it comes from npm, with what claude/ holds as its own configuration.
set -eu
agent=$PWD
PATH=$agent/node_modules/.bin:$PATH
mkdir -p "$HOME/.claude"
cp -R "$agent/claude/." "$HOME/.claude/"
# Nothing but the model can be reached; what Claude Code would look for besides is switched off.
export CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 DISABLE_AUTOUPDATER=1 DISABLE_TELEMETRY=1 DISABLE_ERROR_REPORTING=1
export ANTHROPIC_MODEL="$HUXLEY_MODEL" CLAUDE_CODE_SUBAGENT_MODEL="$HUXLEY_MODEL"
export ANTHROPIC_DEFAULT_OPUS_MODEL="$HUXLEY_MODEL" ANTHROPIC_DEFAULT_SONNET_MODEL="$HUXLEY_MODEL"
export ANTHROPIC_DEFAULT_HAIKU_MODEL="$HUXLEY_SMALL_MODEL"
cd "$HUXLEY_WORKSPACE"
# The container is the sandbox: there is nobody to ask, and nothing outside to protect.
exec claude -p --dangerously-skip-permissions --output-format stream-json --verbose < "$HUXLEY_TASK" > "$HUXLEY_OUT"
