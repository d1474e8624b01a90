tidy() { printf "$1" | bash "$ROOT/tidy.sh"; }

test_plain() {
  [ "$(tidy 'a//b/./c\n/x/../y/\n/\n')" = $'a//b/c\n/y\n/' ]
}

test_upwards() {
  [ "$(tidy '/../../a\na/b/../..\n../a\n')" = $'/a\n.\n../a' ]
  [ "$(tidy '../../a/..\n')" = ../../.. ]
}
