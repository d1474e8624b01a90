#!/usr/bin/env bash
export LC_ALL=C
awk -F '\t' '
  $3 ~ /^GET / && $4 ~ /^2/ {
    page = substr($3, 5)
    sub(/\?.*/, "", page)
    if (!seen[$2, page]++) count[page]++
  }
  END { for (page in count) print count[page] " " page }' | sort -k1,1nr -k2
