#!/usr/bin/env bash
export LC_ALL=C
cd "$1" 2> /dev/null || exit 1
find . -type f | sed 's,^\./,,' | sort | while read -r path; do
  echo "$(md5sum "$path" | cut -d' ' -f1) $path"
done | awk '
  { sum = $1; path = substr($0, 34); if (!(sum in count)) order[++groups] = sum; list[sum] = list[sum] path "\n"; count[sum]++ }
  END { for (i = 1; i <= groups; i++) if (count[order[i]] > 1) { if (shown++) print ""; printf "%s", list[order[i]] } }'
