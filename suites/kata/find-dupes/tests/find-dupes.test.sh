run() { bash "$ROOT/dupes.sh" "$1"; }

test_groups() {
  mkdir -p d/s; echo x > d/c; echo x > d/s/a; echo y > d/b; echo y > d/a; echo z > d/z
  [ "$(run d)" = $'a\nb\n\nc\ns/a' ]
}

test_none() {
  mkdir d; echo x > d/a; [ -z "$(run d)" ]
  s=0; run nowhere 2> /dev/null || s=$?; [ $s -eq 1 ]
}

test_empty_files() {
  mkdir d; : > d/a; : > d/b; [ "$(run d; echo end)" = 'end' ]
}

test_odd_names() {
  mkdir d; echo x > 'd/ a b '; echo x > 'd/b\c'; echo x > "d/it's"
  [ "$(run d)" = $' a b \nb\\c\nit\'s' ]
}

test_links() {
  mkdir d; echo x > d/a; ln -s a d/b; [ -z "$(run d)" ]
  ln d/a d/h; [ "$(run d)" = $'a\nh' ]
}
