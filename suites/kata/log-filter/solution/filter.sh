#!/usr/bin/env bash
case ${1-} in debug | info | warn | error) ;; *) echo "usage: filter.sh debug|info|warn|error" >&2; exit 2 ;; esac
awk -v lowest="$1" '
  BEGIN { rank["debug"] = 1; rank["info"] = 2; rank["warn"] = 3; rank["error"] = 4; show = 1 }
  /^[0-9][0-9]:[0-9][0-9]:[0-9][0-9] (debug|info|warn|error) [^ ]+( .*)?$/ {
    if ($3 == "heartbeat") next
    show = rank[$2] >= rank[lowest]
  }
  show { print }'
