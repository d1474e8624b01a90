#!/usr/bin/env bash
# A few lines as the bank sends them.
here=$(cd "$(dirname "$0")" && pwd)
got=$(printf 'Date;"Amount";Text\r\n01.02.24;"1.234,50";"rent; March"\r\n02.02.24;-34,5;x\r\n03.02.24;;"no ""amount"""\r\n04.02.24;7-;y\r\n' | bash "$here/sum.sh" Amount)
if [ "$got" = 1193.00 ]; then
  echo "the example holds"
else
  echo "example fails: the amounts are 1234.50, -34.50, nothing and -7, which makes 1193.00, not '$got'"
  exit 1
fi
