line() { printf '%s\t%s\t%s\t%s\t%s\n' "$@"; }
visits() { bash "$ROOT/visits.sh"; }

test_pages() {
  [ "$( (line 2024-01-01T1 a 'GET /x?y=1?2' 200 F; line 2024-01-01T1 b 'GET /x' 200 F; line 2024-01-01T1 b 'GET /y z' 201 F) | visits)" = $'2 /x\n1 /y z' ]
}

test_slashes_and_ties() {
  [ "$( (line 2024-01-01T1 a 'GET /b/' 200 F; line 2024-01-01T1 a 'GET /B' 200 F; line 2024-01-01T1 a 'GET /' 200 F) | visits)" = $'1 /\n1 /B\n1 /b' ]
}

test_visitors() {
  [ "$( (line 2024-01-01T1 a 'GET /x' 200 F; line 2024-01-01T2 a 'GET /x' 200 F; line 2024-01-01T1 a 'GET /x' 200 G; line 2024-01-02T1 a 'GET /x' 200 F; line 2024-01-01T1 a 'GET /x' 200 GoogleBOT) | visits)" = '3 /x' ]
}

test_what_does_not_count() {
  [ -z "$( (line 2024-01-01T1 a 'POST /x' 200 F; line 2024-01-01T1 a 'GET /x' 302 F; line 2024-01-01T1 a 'GET /x' 500 F; echo nonsense) | visits)" ]
  [ "$(line 2024-01-01T1 a 'GET /x' 304 F | visits)" = '1 /x' ]
}
