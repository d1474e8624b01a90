keep() { bash "$ROOT/keep.sh" 2024-05-31; }
b() { for day in "$@"; do echo "db-$day.tgz"; done; }

test_last_week() {
  [ "$(b 2024-05-02 2024-05-24 2024-05-25 2024-05-31 | keep)" = 'db-2024-05-25.tgz' ]
}

test_newest() {
  [ "$(b 2023-01-01 2023-01-02 2023-01-03 | keep)" = 'db-2023-01-03.tgz' ]
}
