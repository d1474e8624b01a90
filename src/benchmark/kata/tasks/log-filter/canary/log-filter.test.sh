run() { bash "$ROOT/filter.sh" "$@"; }

test_levels() {
  [ "$(printf '01:00:00 info a x\n01:00:01 warn b  y \n01:00:02 error c\n01:00:03 debug d\n' | run warn)" = $'01:00:02 error c' ]
}

test_continuations() {
  [ "$(printf 'top\n01:00:00 error a x\n  at f\n01:00:01 info a y\n  at g\n' | run error)" = $'top\n01:00:00 error a x' ]
}
