#!/usr/bin/env bash
export LC_ALL=C
cd -- "$1" 2> /dev/null || { echo "dupes.sh: no such folder" >&2; exit 1; }
find . -type f -size +0c -printf '%P\0' | sort -z | while IFS= read -r -d '' path; do
  printf '%s %s\n' "$(sha256sum < "./$path" | cut -c1-64)" "$path"
done | awk '
  { sum = substr($0, 1, 64); path = substr($0, 66); if (!(sum in count)) order[++groups] = sum; list[sum] = list[sum] path "\n"; count[sum]++ }
  END { for (i = 1; i <= groups; i++) if (count[order[i]] > 1) { if (shown++) print ""; printf "%s", list[order[i]] } }'
