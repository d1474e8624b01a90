#!/usr/bin/env bash
config=$(dirname "$0")/config
if [ ! -f "$config/$1.conf" ]; then
  echo "settings.sh: unknown stage" >&2
  exit 3
fi
cat "$config/base.conf" "$config/$1.conf" | grep -v '^[;#]' | awk -F': *' '{ value[toupper($1)] = $2 } END { for (name in value) print name "=" value[name] }' | LC_ALL=C sort
