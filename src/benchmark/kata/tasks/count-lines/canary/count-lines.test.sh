test_one_file() {
  printf 'a\n\n# c\nb\n' > x
  [ "$(bash "$ROOT/count.sh" x)" = '4 x' ]
}

test_total_and_spaces() {
  printf 'a\n' > 'my file'; printf 'b\nc\n' > y
  [ "$(bash "$ROOT/count.sh" 'my file' y)" = $'1 my file\n2 y\n2 total' ]
}
