tidy() { printf "$1" | bash "$ROOT/tidy.sh"; }

test_plain() {
  [ "$(tidy 'a//b/./c\n/x/../y/\n/\n')" = $'a/b/c\n/y\n/' ]
}

test_upwards() {
  [ "$(tidy '/../../a\na/b/../..\n../a\n')" = $'/a\n.\n../a' ]
  [ "$(tidy '../../a/..\n')" = ../.. ]
}

test_empty_lines() {
  [ "$(tidy 'a\n\n./\n'; echo x)" = $'a\n\n.\nx' ]
}

test_odd_characters() {
  [ "$(tidy ' a /b \n*/./?\n-n\nx\\y\n')" = $' a /b \n*/?\n-n\nx\\y' ]
}

test_no_last_line_feed() {
  [ "$(tidy 'a/../b')" = 'b' ]
}
