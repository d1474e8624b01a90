copy() { cp -r "$ROOT/settings.sh" "$ROOT/config" .; }

test_live() {
  [ "$(bash "$ROOT/settings.sh" live)" = $'CACHE=on\nLOG_LEVEL=debug\nREGION=north\nREPLICAS=3' ]
}

test_dev() {
  [ "$(bash "$ROOT/settings.sh" dev)" = $'LOG_LEVEL=debug\nREGION=north' ]
}
