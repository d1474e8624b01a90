#!/usr/bin/env bash
awk -v n="$1" 'NF >= n { sum += $n } END { print sum + 0 }'
