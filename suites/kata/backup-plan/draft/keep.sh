#!/usr/bin/env bash
export LC_ALL=C
today=${1-}
date -d "$today" > /dev/null 2>&1 && [ -n "$today" ] || { echo "usage: keep.sh YYYY-MM-DD" >&2; exit 2; }
week=$(date -u -d "$today -6 days" +%F)
sort | awk -v today="$today" -v week="$week" '
  match($0, /[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]/) {
    date = substr($0, RSTART, 10)
    month = substr(date, 1, 7)
    if (date > today) next
    if (!(month in seen)) { seen[month] = 1; next }
    if (date < week) print
  }'
