#!/usr/bin/env bash
awk -F, '{ for (i = 1; i <= NF; i++) cell[i] = NR == 1 ? $i : cell[i] "," $i; n = NF } END { for (i = 1; i <= n; i++) print cell[i] }'
