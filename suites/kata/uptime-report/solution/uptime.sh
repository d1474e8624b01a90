#!/usr/bin/env bash
export LC_ALL=C
awk '
  NF == 3 && ($2 == "up" || $2 == "down") && $3 ~ /^[0-9]+$/ {
    total[$1] += $3
    if ($2 == "up") up[$1] += $3
  }
  END {
    for (host in total)
      if (total[host] > 0) printf "%s %.1f%%\n", host, 100 * up[host] / total[host]
      else print host, "-"
  }' | sort
