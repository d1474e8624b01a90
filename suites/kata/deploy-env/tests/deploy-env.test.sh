copy() { cp -r "$ROOT/settings.sh" "$ROOT/config" .; }

test_live() {
  [ "$(bash "$ROOT/settings.sh" live)" = $'CACHE=on\nLOG_LEVEL=info\nREGION=north\nREPLICAS=3' ]
}

test_dev() {
  [ "$(bash "$ROOT/settings.sh" dev)" = $'LOG_LEVEL=debug\nREGION=desk: 4' ]
}

test_unknown_stage() {
  s=0; out=$(bash "$ROOT/settings.sh" moon 2> err) || s=$?; [ $s -eq 3 ] && [ -z "$out" ] && [ -s err ]
}

test_other_files() {
  copy; printf 'a:1\n- Cache\n; x: 2\nB : two  words \n' > config/test.conf; rm config/local.conf
  [ "$(bash ./settings.sh test)" = $'A=1\nB=two  words\nLOG_LEVEL=info\nREGION=north' ]
  [ "$(bash ./settings.sh dev)" = $'LOG_LEVEL=debug\nREGION=north' ]
}
