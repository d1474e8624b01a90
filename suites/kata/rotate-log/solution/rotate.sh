#!/usr/bin/env bash
file=$1
keep=$2
case $keep in '' | *[!0-9]*) echo "rotate.sh: KEEP must be a whole number" >&2; exit 2 ;; esac
[ -s "$file" ] || exit 0
if [ "$keep" -gt 0 ]; then
  for ((i = keep - 1; i >= 1; i--)); do
    [ -f "$file.$i" ] && mv "$file.$i" "$file.$((i + 1))"
  done
  mv "$file" "$file.1"
fi
: > "$file"
exit 0
