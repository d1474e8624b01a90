#!/usr/bin/env bash
here=$(cd "$(dirname "$0")" && pwd)
line() { printf '%s\t%s\t%s\t%s\t%s\n' "$@"; }
got=$({
  line 2024-05-31T10:00:00 1.1.1.1 'GET /a/?x=1' 200 Fox
  line 2024-05-31T11:00:00 1.1.1.1 'GET /a' 304 Fox
  line 2024-06-01T00:00:01 1.1.1.1 'GET /a' 200 Fox
  line 2024-05-31T10:00:00 1.1.1.1 'GET /' 200 'Robot 1'
  line 2024-05-31T10:00:00 2.2.2.2 'GET /' 204 'Fox 2'
  line 2024-05-31T10:00:00 2.2.2.2 'POST /b' 200 'Fox 2'
} | bash "$here/visits.sh")
if [ "$got" = $'2 /a\n1 /' ]; then
  echo "the example holds"
else
  printf 'example fails: wanted two lines, 2 /a and 1 /, but got:\n%s\n' "$got"
  exit 1
fi
