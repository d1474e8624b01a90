test_one_host() {
  [ "$(printf 'a up 199\na down 1\n' | bash "$ROOT/uptime.sh")" = 'a 99.5%' ]
}

test_several_hosts() {
  [ "$(printf 'b up 10\na down 3\nb down 30\nB up 1\n' | bash "$ROOT/uptime.sh")" = $'B 100.0%\na 0.0%\nb 25.0%' ]
}

test_other_lines() {
  [ "$(printf 'a up 1\na up 1 x\na sideways 9\n\na up -5\nc up ten\n' | bash "$ROOT/uptime.sh")" = 'a 100.0%' ]
}

test_no_time() {
  [ "$(printf 'a up 0\n' | bash "$ROOT/uptime.sh")" = 'a -' ]
}
