test_first() {
  echo a > l; bash "$ROOT/rotate.sh" l 3
  [ "$(cat l.1)" = a ] && [ -f l ] && [ ! -s l ]
}

test_chain() {
  for t in a b c d e; do echo $t > l; bash "$ROOT/rotate.sh" l 3; done
  [ "$(cat l.1 l.2 l.3 | tr -d '\n')" = edc ] && [ ! -e l.4 ]
}

test_keep_none_and_spaces() {
  echo a > 'my log'; bash "$ROOT/rotate.sh" 'my log' 0
  [ ! -s 'my log' ] && [ ! -e 'my log.1' ]
  echo b > 'my log'; bash "$ROOT/rotate.sh" 'my log' 2; [ "$(cat 'my log.1')" = b ]
}

test_nothing_to_rotate() {
  bash "$ROOT/rotate.sh" none 2 && [ ! -e none ] && [ ! -e none.1 ]
  : > l; echo old > l.1; bash "$ROOT/rotate.sh" l 2; [ "$(cat l.1)" = old ]
}

test_bad_number() {
  echo a > l; s=0; bash "$ROOT/rotate.sh" l many 2> /dev/null || s=$?
  [ $s -eq 2 ] && [ "$(cat l)" = a ]
}
