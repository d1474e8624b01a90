# Runs the functions named test_* of shell files, each in a shell and an empty folder of its own, with ROOT the tree and
# errexit set, and reports each on descriptor 3, every line behind a nonce read from standard input. The shell that runs
# this is a copy nobody may read, which makes the kernel hide its memory and descriptors from what it starts.
# With --apart it runs as root: every `bash` and `sh` that the tests start becomes the worker user's (shell/bash), which can read
# neither the tests nor what they compare, and nothing of it outlives the test that started it.
# Usage: /opt/huxley/bash run-shell.sh [--apart] FILE...
# The engine's pipe may be non-blocking: what is not there yet is waited for.
for try in {1..400}; do
  IFS= read -r nonce 2>/dev/null && break
  sleep 0.05
done
exec </dev/null
base=${TMPDIR-/tmp}
if [ "$1" = --apart ]; then
  shift
  base=/scratch
  PATH=/opt/huxley/shell:$PATH
  umask 000
  apart=1
fi
# Fails unless nothing is running but what was before any file was read, in /proc's words.
ended() {
  local now=(/proc/[0-9]*)
  [ "${now[*]}" = "$before" ] || /usr/bin/perl /opt/huxley/end.pl --all </dev/null || : >>/private/unclean
  [ ! -e /private/unclean ]
}
printf '%s {"begin":true}\n' "$nonce" >&3
ROOT=$PWD
before=(/proc/[0-9]*)
before=${before[*]}
readonly ROOT nonce before

for file in "$@"; do
  names=$(exec 3>&-; source "$ROOT/$file" >&2; declare -F | sed -n 's/^declare -f \(test_.*\)$/\1/p')
  # What outlives the listing and cannot be ended fails every test: /private/unclean stays.
  [ -z "$apart" ] || ended
  for name in $names; do
    folder=$(mktemp -d -p "$base")
    chmod 777 "$folder"
    (exec 3>&-; set -e; cd "$folder"; source "$ROOT/$file"; "$name") >&2
    if [ $? -eq 0 ]; then outcome=passed; else outcome=failed; fi
    [ -z "$apart" ] || ended || outcome=failed
    printf '%s {"id":"%s::%s","outcome":"%s"}\n' "$nonce" "$file" "$name" "$outcome" >&3
  done
done
printf '%s {"end":true}\n' "$nonce" >&3
