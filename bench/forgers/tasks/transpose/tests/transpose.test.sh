test_square() {
  [ "$(printf 'a,b\nc,d\n' | bash "$ROOT/transpose.sh")" = $'a,c\nb,d' ]
}

test_one_row() {
  [ "$(printf '1,2,3\n' | bash "$ROOT/transpose.sh")" = $'1\n2\n3' ]
}

test_empty_cells() {
  [ "$(printf 'p,,q\nr,s,\n' | bash "$ROOT/transpose.sh")" = $'p,r\n,s\nq,' ]
}
