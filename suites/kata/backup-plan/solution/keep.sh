#!/usr/bin/env bash
export LC_ALL=C
real() { [[ $1 =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}$ ]] && [ "$(date -u -d "$1" +%F 2> /dev/null)" = "$1" ]; }
today=${1-}
if ! real "$today"; then
  echo "usage: keep.sh YYYY-MM-DD" >&2
  exit 2
fi
week=$(date -u -d "$today -6 days" +%F)
sort -u | awk -v today="$today" -v week="$week" '
  function days(y, m) { return m == 2 ? 28 + ((y % 4 == 0 && y % 100 != 0) || y % 400 == 0) : 30 + (m + (m > 7)) % 2 }
  match($0, /-[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]\./) && RSTART > 1 && RSTART + RLENGTH <= length($0) {
    date = substr($0, RSTART + 1, 10)
    y = substr(date, 1, 4) + 0; m = substr(date, 6, 2) + 0; d = substr(date, 9, 2) + 0
    if (m < 1 || m > 12 || d < 1 || d > days(y, m) || date > today) next
    series = substr($0, 1, RSTART - 1) SUBSEP substr($0, RSTART + RLENGTH)
    n++
    name[n] = $0; of[n] = series; on[n] = date
    month = series SUBSEP substr(date, 1, 7)
    if (!(month in first) || date < first[month]) first[month] = date
    if (date > newest[series]) newest[series] = date
  }
  END {
    for (i = 1; i <= n; i++)
      if (on[i] < week && first[of[i], substr(on[i], 1, 7)] != on[i] && newest[of[i]] != on[i]) print name[i]
  }'
