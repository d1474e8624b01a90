#!/usr/bin/env bash
# Compares merge.sh with one worked example.
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
cat > "$work/base" <<'EOF'
; our settings
top = 1

[net]
host=a
port = 80
# the old one
proxy=none
[disk]
size=5
EOF
cat > "$work/over" <<'EOF'
; a remark that does not matter
TOP=2
[net]
proxy = http://p:1/?a=b
retries=3
[new]
x=1
[net]
Port=81
EOF
cat > "$work/want" <<'EOF'
; our settings
top=2

[net]
host=a
port=81
# the old one
proxy=http://p:1/?a=b
retries=3
[disk]
size=5
[new]
x=1
EOF
if bash "$here/merge.sh" "$work/base" "$work/over" > "$work/got" && diff "$work/want" "$work/got"; then
  echo "the example holds"
else
  echo "example fails: lines with < were wanted, lines with > were printed"
  exit 1
fi
