#!/usr/bin/env bash
[[ $1 =~ ^[0-9]+$ ]] || { echo "clock.sh: bad number" >&2; exit 1; }
printf '%d:%02d:%02d\n' $((10#$1 / 3600)) $((10#$1 / 60 % 60)) $((10#$1 % 60))
