test_words() {
  [ "$(bash "$ROOT/acronym.sh" 'portable network graphics')" = 'PNG' ]
}

test_hyphens() {
  [ "$(bash "$ROOT/acronym.sh" 'first-in first-out')" = 'FIFO' ]
}

test_nothing() {
  if bash "$ROOT/acronym.sh" > out 2> err; then return 1; fi
  [ "$(cat err)" = 'acronym.sh: nothing to do' ]
}
