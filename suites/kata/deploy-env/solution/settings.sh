#!/usr/bin/env bash
stage=${1-}
config=$(dirname "$0")/config
case $stage in '' | base | local | */*) stage=/ ;; esac
if [ ! -f "$config/$stage.conf" ]; then
  echo "settings.sh: unknown stage" >&2
  exit 3
fi
files=("$config/base.conf" "$config/$stage.conf")
if [ "$stage" = dev ] && [ -f "$config/local.conf" ]; then files+=("$config/local.conf"); fi
awk '
  function trim(s) { gsub(/^[ \t]+|[ \t]+$/, "", s); return s }
  { line = trim($0) }
  line ~ /^;/ || line == "" { next }
  line ~ /^-/ { delete value[toupper(trim(substr(line, 2)))]; next }
  {
    at = index(line, ":")
    if (at > 0) value[toupper(trim(substr(line, 1, at - 1)))] = trim(substr(line, at + 1))
  }
  END { for (name in value) print name "=" value[name] }' "${files[@]}" | LC_ALL=C sort
