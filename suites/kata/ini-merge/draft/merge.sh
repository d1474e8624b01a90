#!/usr/bin/env bash
awk '
  FNR == 1 { file++; section = "" }
  /^\[/ { section = $0; if (file == 2) print; next }
  /=/ {
    at = index($0, "=")
    key = substr($0, 1, at - 1)
    if (file == 1) value[section, key] = substr($0, at + 1)
    else if ((section, key) in value) print key "=" value[section, key]
    else print
    next
  }
  file == 2 { print }' "$2" "$1"
