#!/usr/bin/env bash
awk '
  $0 == "" { print; next }
  {
    root = substr($0, 1, 1) == "/"
    n = split($0, part, "/")
    depth = 0
    for (i = 1; i <= n; i++) {
      if (part[i] == "" || part[i] == ".") continue
      if (part[i] != "..") kept[++depth] = part[i]
      else if (depth > 0 && kept[depth] != "..") depth--
      else if (!root) kept[++depth] = ".."
    }
    path = root ? "/" : ""
    for (i = 1; i <= depth; i++) path = path (i > 1 ? "/" : "") kept[i]
    print path == "" ? "." : path
  }'
