test_one_host() {
  [ "$(printf 'a up 199\na down 1\n' | bash "$ROOT/uptime.sh")" = 'a 99%' ]
}

test_several_hosts() {
  [ "$(printf 'b up 10\na down 3\nb down 30\nB up 1\n' | bash "$ROOT/uptime.sh")" = $'B 100.0%\na 0.0%\nb 33.3%' ]
}
