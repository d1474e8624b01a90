test_one_file() {
  printf 'a\n\n# c\nb\n' > x
  [ "$(bash "$ROOT/count.sh" x)" = '2 x' ]
}

test_indented_comments_and_blank_lines() {
  printf '  # c\n \t\ncode # not a comment\n' > x
  [ "$(bash "$ROOT/count.sh" x)" = '1 x' ]
}

test_total_and_spaces() {
  printf 'a\n' > 'my file'; printf 'b\nc\n' > y
  [ "$(bash "$ROOT/count.sh" 'my file' y)" = $'1 my file\n2 y\n3 total' ]
}

test_missing_file() {
  printf 'a\n' > x
  if bash "$ROOT/count.sh" nope x > out 2> err; then return 1; fi
  [ "$(cat out)" = $'1 x\n1 total' ] && [ "$(cat err)" = 'count.sh: nope: not found' ]
}
