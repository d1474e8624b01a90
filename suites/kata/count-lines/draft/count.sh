#!/usr/bin/env bash
status=0
total=0
for name in $@; do
  if [ ! -f "$name" ]; then
    echo "count.sh: $name: not found" >&2
    status=1
    continue
  fi
  lines=$(grep -cvE '^(#|$)' "$name")
  total=$((total + lines))
  echo "$lines $name"
done
if [ $# -gt 1 ]; then echo "$total total"; fi
exit $status
