merge() { printf "$1" > base; printf "$2" > over; bash "$ROOT/merge.sh" base over; }

test_overrides() {
  [ "$(merge '[a]\nx=1\ny=2\n' '[a]\nx=3\n')" = $'[a]\ny=2\nx=3' ]
}

test_new_sections() {
  [ "$(merge '[a]\nx=1\n' '[c]\np=1\n[b]\nq=2\n[c]\nr=a=b\n')" = $'[a]\nx=1\n[c]\np=1\nr=a=b\n[b]\nq=3' ]
}
