keep() { bash "$ROOT/keep.sh" 2024-05-31; }
b() { for day in "$@"; do echo "db-$day.tgz"; done; }

test_last_week() {
  [ "$(b 2024-05-02 2024-05-24 2024-05-25 2024-05-31 | keep)" = 'db-2024-05-24.tgz' ]
}

test_months() {
  [ "$(b 2024-04-20 2024-04-03 2024-03-31 2024-03-30 2024-05-31 | keep)" = $'db-2024-03-31.tgz\ndb-2024-04-20.tgz' ]
}

test_series() {
  [ "$( (b 2024-04-01 2024-04-02 2024-04-03; echo web-app-2024-04-02.tgz; echo web-app-2024-04-05.tgz; echo db-2024-04-02.log) | keep)" = 'db-2024-04-02.tgz' ]
}

test_newest() {
  [ "$(b 2023-01-01 2023-01-02 2023-01-03 | keep)" = 'db-2023-01-02.tgz' ]
}

test_other_names_and_the_future() {
  [ "$( (b 2024-02-01 2024-02-02 2024-02-30 2024-13-01 2024-06-01 2024-02-03; echo 2024-02-02.tgz; echo db-2024-02-02) | keep)" = 'db-2024-02-02.tgz' ]
}

test_no_date() {
  for bad in '' tomorrow 2024-02-30 20240531; do s=0; bash "$ROOT/keep.sh" "$bad" < /dev/null 2> /dev/null || s=$?; [ $s -eq 2 ]; done
}
