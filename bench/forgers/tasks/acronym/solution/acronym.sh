#!/usr/bin/env bash
if [ $# -eq 0 ]; then echo "acronym.sh: nothing to do" >&2; exit 2; fi
result=
for word in ${1//-/ }; do result+=${word:0:1}; done
echo "${result^^}"
