#!/usr/bin/env bash
while read -r path; do
  [ -z "$path" ] && { echo; continue; }
  start=
  case $path in /*) start=/ ;; esac
  IFS=/ read -ra parts <<< "$path"
  kept=()
  for part in "${parts[@]}"; do
    case $part in
      '' | .) ;;
      ..) if [ ${#kept[@]} -gt 0 ]; then unset 'kept[-1]'; elif [ -z "$start" ]; then kept+=(..); fi ;;
      *) kept+=("$part") ;;
    esac
  done
  joined=$(IFS=/; echo "${kept[*]}")
  result=$start$joined
  echo "${result:-.}"
done
