#!/usr/bin/env bash
LC_ALL=C awk -v column="$1" '
  function split_line(line, fields,   n, i, c, quoted, text) {
    n = 0; quoted = 0; text = ""
    for (i = 1; i <= length(line); i++) {
      c = substr(line, i, 1)
      if (quoted) {
        if (c != "\"") text = text c
        else if (substr(line, i + 1, 1) == "\"") { text = text "\""; i++ }
        else quoted = 0
      } else if (c == "\"") quoted = 1
      else if (c == ";") { fields[++n] = text; text = "" }
      else text = text c
    }
    fields[++n] = text
    return n
  }
  { sub(/\r$/, "") }
  NR == 1 { n = split_line($0, head); for (i = 1; i <= n; i++) if (head[i] == column) at = i; if (!at) exit; next }
  {
    delete row
    split_line($0, row)
    value = row[at]
    gsub(/\./, "", value); sub(/,/, ".", value)
    if (value ~ /-$/) value = "-" substr(value, 1, length(value) - 1)
    total += value
  }
  END {
    if (!at) { print "sum.sh: no such column" > "/dev/stderr"; exit 4 }
    printf "%.2f\n", total
  }'
