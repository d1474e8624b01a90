run() { bash "$ROOT/dupes.sh" "$1"; }

test_groups() {
  mkdir -p d/s; echo x > d/c; echo x > d/s/a; echo y > d/b; echo y > d/a; echo z > d/z
  [ "$(run d)" = $'a\nb\nc\ns/a' ]
}

test_links() {
  mkdir d; echo x > d/a; ln -s a d/b; [ -z "$(run d)" ]
  ln d/a d/h; [ "$(run d)" = $'a\nb\nh' ]
}
