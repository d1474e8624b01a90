test_chain() {
  for t in a b c d e; do echo $t > l; bash "$ROOT/rotate.sh" l 3; done
  [ "$(cat l.1 l.2 l.3 | tr -d '\n')" = cde ] && [ ! -e l.4 ]
}

test_first() {
  echo a > l; bash "$ROOT/rotate.sh" l 3
  [ "$(cat l.1)" = b ] && [ -f l ] && [ ! -s l ]
}
