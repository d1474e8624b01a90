test_plain() {
  [ "$(printf 'a;b\n1;2\n3;4,5\n' | bash "$ROOT/sum.sh" b)" = 6.50 ]
}

test_thousands() {
  [ "$(printf 'a\r\n1.000\r\n2.500.000,25\r\n' | bash "$ROOT/sum.sh" a)" = 2501000.25 ]
}

test_quotes() {
  [ "$(printf '"x;y";"a""b"\n"1;;1";5\n"2";"6,5"\n' | bash "$ROOT/sum.sh" 'a"b')" = 11.50 ]
}

test_minus_behind() {
  [ "$(printf 'a;b\n5-;1\n1.000,75-;1\n;\n' | bash "$ROOT/sum.sh" a)" = -1005.75 ]
}

test_no_column() {
  s=0; printf 'a\n1\n' | bash "$ROOT/sum.sh" b > out 2> err || s=$?; [ $s -eq 4 ] && [ ! -s out ]
}
