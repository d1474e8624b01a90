test_an_hour_and_more() {
  [ "$(bash "$ROOT/clock.sh" 3725)" = '1:02:05' ]
}

test_less_than_a_minute() {
  [ "$(bash "$ROOT/clock.sh" 7)" = '0:00:07' ]
}

test_leading_zeros() {
  [ "$(bash "$ROOT/clock.sh" 0090)" = '0:01:30' ]
}

test_not_a_number() {
  if bash "$ROOT/clock.sh" 12x > out 2> err; then return 1; fi
  [ "$(cat err)" = 'clock.sh: bad number' ]
}
