test_counts() {
  [ "$(echo 'b a B c a b' | bash "$ROOT/top.sh" 2)" = $'3 b\n2 a' ]
}

test_ties() {
  [ "$(echo 'd c b a c' | bash "$ROOT/top.sh" 3)" = $'2 c\n1 a\n1 b' ]
}

test_apostrophes() {
  [ "$(echo "Don't 'quote' don't 'quote' rock'n'roll '" | bash "$ROOT/top.sh" 5)" = $'2 don\'t\n2 quote\n1 rock\'n\'roll' ]
}

test_ten_by_default() {
  [ "$(echo a b c d e f g h i j k l | bash "$ROOT/top.sh" | wc -l)" -eq 10 ]
  [ -z "$(echo '12 !' | bash "$ROOT/top.sh")" ]
}
