#!/usr/bin/env bash
export LC_ALL=C
awk -F '\t' '
  NF == 5 && $3 ~ /^GET / && ($4 ~ /^2[0-9][0-9]$/ || $4 == "304") && tolower($5) !~ /bot/ {
    page = substr($3, 5)
    sub(/\?.*/, "", page)
    if (length(page) > 1) sub(/\/$/, "", page)
    if (!seen[substr($1, 1, 10), $2, $5, page]++) count[page]++
  }
  END { for (page in count) print count[page] " " page }' | sort -k1,1nr -k2
