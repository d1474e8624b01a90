#!/usr/bin/env bash
awk -F';' -v column="$1" '
  NR == 1 { for (i = 1; i <= NF; i++) if ($i == column) at = i; next }
  at { gsub(/"/, "", $at); gsub(/,/, ".", $at); total += $at }
  END { if (!at) exit 4; printf "%.2f\n", total }'
