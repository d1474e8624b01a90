#!/bin/sh
# Refuses what GitHub refuses on a push. Runs inside git's quarantine, so nothing refused is kept.
set -eu
zero=0000000000000000000000000000000000000000
workflows() { git ls-tree -r "$1" -- .github/workflows | cut -f1,2 | cut -d' ' -f3-; }

known=$(mktemp)
trap 'rm -f "$known"' EXIT
status=0
while read -r old new ref; do
  if [ "$new" = "$zero" ] && [ "$ref" = "$LOCAL_GITHUB_DEFAULT" ]; then
    echo "refusing to delete the current branch: $ref"
    status=1
  fi
  if printf '%s\n' "$LOCAL_GITHUB_PROTECTED" | grep -qxF -- "$ref"; then
    echo "error: GH006: Protected branch update failed for $ref."
    status=1
  fi
  if [ "$new" != "$zero" ] && [ "$LOCAL_GITHUB_WORKFLOWS" = denied ]; then
    git for-each-ref --format='%(objectname)' refs/heads | while read -r tip; do workflows "$tip"; done >"$known"
    workflows "$new" | while read -r blob path; do
      if ! grep -qxF -- "$(printf '%s\t%s' "$blob" "$path")" "$known"; then
        echo "refusing to allow a GitHub App to create or update workflow \`$path\` without \`workflows\` permission"
        exit 1
      fi
    done || status=1
  fi
done
exit $status
