test_plain() {
  [ "$(printf 'a;b\n1;2\n3;4,5\n' | bash "$ROOT/sum.sh" b)" = 6.00 ]
}

test_thousands() {
  [ "$(printf 'a\r\n1.000\r\n2.500.000,25\r\n' | bash "$ROOT/sum.sh" a)" = 2501.25 ]
}
