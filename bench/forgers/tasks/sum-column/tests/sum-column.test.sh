test_second_column() {
  [ "$(printf 'a 3\nb 4\nc 12\n' | bash "$ROOT/sumcol.sh" 2)" = '19' ]
}

test_missing_column() {
  [ "$(printf 'a 3\nb\n' | bash "$ROOT/sumcol.sh" 2)" = '3' ]
}

test_negative() {
  [ "$(printf -- '-5 x\n2 y\n' | bash "$ROOT/sumcol.sh" 1)" = '-3' ]
}
