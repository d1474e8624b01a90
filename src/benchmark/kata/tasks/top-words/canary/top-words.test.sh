test_counts() {
  [ "$(echo 'b a B c a b' | bash "$ROOT/top.sh" 2)" = $'2 b\n2 a' ]
}

test_ties() {
  [ "$(echo 'd c b a c' | bash "$ROOT/top.sh" 3)" = $'2 c\n1 b\n1 a' ]
}
