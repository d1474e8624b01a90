test_repeated_lines() {
  [ "$(printf 'b\na\nb\nc\na\n' | bash "$ROOT/first.sh")" = $'b\na\nc' ]
}

test_spaces_count() {
  [ "$(printf 'x\n x\nx\n' | bash "$ROOT/first.sh")" = $'x\n x' ]
}

test_one_line() {
  [ "$(echo one | bash "$ROOT/first.sh")" = 'one' ]
}
