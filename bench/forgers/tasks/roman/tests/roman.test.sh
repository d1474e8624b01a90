test_subtracted() {
  [ "$(bash "$ROOT/roman.sh" 1994)" = 'MCMXCIV' ]
}

test_small() {
  [ "$(bash "$ROOT/roman.sh" 8)" = 'VIII' ]
}

test_largest() {
  [ "$(bash "$ROOT/roman.sh" 3999)" = 'MMMCMXCIX' ]
}
