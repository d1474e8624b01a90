#!/usr/bin/env bash
awk '
  function trim(s) { gsub(/^[ \t]+|[ \t]+$/, "", s); return s }
  function flush(   i, id) {
    for (i = 1; i <= count[section]; i++) {
      id = section SUBSEP order[section, i]
      if (!(id in done)) { done[id] = 1; print name[id] "=" value[id] }
    }
    shown[section] = 1
  }
  FNR == 1 { file++; section = "" }
  { text = trim($0) }
  text ~ /^\[.*\]$/ {
    if (file == 2) flush()
    section = text
    if (file == 1) { if (!(section in known)) { known[section] = 1; sections[++total] = section } }
    else print $0
    next
  }
  text ~ /^[^;#=]+=/ {
    at = index(text, "=")
    key = trim(substr(text, 1, at - 1)); val = trim(substr(text, at + 1)); low = tolower(key)
    if (file == 1) {
      if (!((section, low) in value)) order[section, ++count[section]] = low
      name[section, low] = key; value[section, low] = val
    } else {
      done[section, low] = 1
      print key "=" (((section, low) in value) ? value[section, low] : val)
    }
    next
  }
  file == 2 { print }
  END {
    if (file < 2) section = ""
    flush()
    for (i = 1; i <= total; i++) if (!(sections[i] in shown)) { section = sections[i]; print section; flush() }
  }' "$2" "$1"
