merge() { printf "$1" > base; printf "$2" > over; bash "$ROOT/merge.sh" base over; }

test_overrides() {
  [ "$(merge '[a]\nx=1\ny=2\n' '[a]\nx=3\n')" = $'[a]\nx=3\ny=2' ]
}

test_letters_and_blanks() {
  [ "$(merge '[a]\n Key = 1\n; r\n\n' '[a]\nKEY =  2 3 \n')" = $'[a]\nKey=2 3\n; r' ]
}

test_new_settings() {
  [ "$(merge 't=1\n[a]\nx=1\n[b]\nz=1\n' '[a]\ny=2\n[b]\nw=3\n')" = $'t=1\n[a]\nx=1\ny=2\n[b]\nz=1\nw=3' ]
}

test_new_sections() {
  [ "$(merge '[a]\nx=1\n' '[c]\np=1\n[b]\nq=2\n[c]\nr=a=b\n')" = $'[a]\nx=1\n[c]\np=1\nr=a=b\n[b]\nq=2' ]
}

test_the_same_name_in_two_sections() {
  [ "$(merge 'x=0\n[a]\nx=1\n[b]\nx=2\n' '[b]\nx=9\n')" = $'x=0\n[a]\nx=1\n[b]\nx=9' ]
}
