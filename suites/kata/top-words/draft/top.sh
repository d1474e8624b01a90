#!/usr/bin/env bash
export LC_ALL=C
tr -cs "a-zA-Z'" '\n' | tr A-Z a-z | grep . | sort | uniq -c | sort -k1,1nr -k2,2 | head -n "${1:-10}" | sed -E 's/^ +//'
