#!/usr/bin/env bash
for ((year = $1; year <= $2; year++)); do
  if ((year % 4 == 0 && year % 100 != 0 || year % 400 == 0)); then echo "$year"; fi
done
