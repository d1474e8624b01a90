run() { bash "$ROOT/filter.sh" "$@"; }

test_levels() {
  [ "$(printf '01:00:00 info a x\n01:00:01 warn b  y \n01:00:02 error c\n01:00:03 debug d\n' | run warn)" = $'01:00:01 warn b  y \n01:00:02 error c' ]
}

test_status() {
  s=0; out=$(echo x | run loud 2> /dev/null) || s=$?; [ $s -eq 2 ] && [ -z "$out" ]
  s=0; out=$(echo x | run 2> /dev/null) || s=$?; [ $s -eq 2 ]
  [ -z "$(printf '01:00:00 debug a x\n' | run error)" ]
}

test_continuations() {
  [ "$(printf 'top\n01:00:00 error a x\n  at f\n01:00:01 info a y\n  at g\n' | run error)" = $'top\n01:00:00 error a x\n  at f' ]
}

test_heartbeat() {
  [ "$(printf '01:00:00 error a x\n01:00:01 error heartbeat\nmore of a\n01:00:02 info b\n01:00:03 error heartbeat z\nof b\n' | run warn)" = $'01:00:00 error a x\nmore of a' ]
}
