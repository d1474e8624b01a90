#!/usr/bin/env bash
export LC_ALL=C
tr A-Z a-z | { grep -oE "[a-z]+('[a-z]+)*" || true; } | sort | uniq -c | sort -k1,1nr -k2,2 | head -n "${1:-10}" | sed -E 's/^ +//'
