test_a_few() {
  [ "$(bash "$ROOT/leap.sh" 2019 2028)" = $'2020\n2024\n2028' ]
}

test_a_century() {
  [ "$(bash "$ROOT/leap.sh" 1896 1905)" = $'1896\n1904' ]
}

test_four_centuries() {
  [ "$(bash "$ROOT/leap.sh" 1999 2001)" = '2000' ]
}
