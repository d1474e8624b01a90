#!/bin/sh
# One task, or one change to this repository: opencode as it comes from npm, with what opencode/ holds as its own configuration.
set -eu
agent=$PWD
PATH=$agent/node_modules/.bin:$PATH
export XDG_CONFIG_HOME="$TMPDIR/config" XDG_DATA_HOME="$TMPDIR/data" XDG_CACHE_HOME="$TMPDIR/cache" XDG_STATE_HOME="$TMPDIR/state"
mkdir -p "$XDG_CONFIG_HOME/opencode"
cp -R "$agent/opencode/." "$XDG_CONFIG_HOME/opencode/"
# Nothing but the model can be reached; what opencode would fetch besides is switched off.
export OPENCODE_DISABLE_AUTOUPDATE=1 OPENCODE_DISABLE_MODELS_FETCH=1 OPENCODE_DISABLE_LSP_DOWNLOAD=1 OPENCODE_DISABLE_DEFAULT_PLUGINS=1
cd "$HUXLEY_WORKSPACE"
exec opencode run --format json --model "huxley/$HUXLEY_MODEL" "$(cat "$HUXLEY_TASK")" > "$HUXLEY_OUT" < /dev/null
