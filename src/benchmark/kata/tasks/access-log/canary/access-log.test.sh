line() { printf '%s\t%s\t%s\t%s\t%s\n' "$@"; }
visits() { bash "$ROOT/visits.sh"; }

test_pages() {
  [ "$( (line 2024-01-01T1 a 'GET /x?y=1?2' 200 F; line 2024-01-01T1 b 'GET /x' 200 F; line 2024-01-01T1 b 'GET /y z' 201 F) | visits)" = $'3 /x\n1 /y z' ]
}

test_visitors() {
  [ "$( (line 2024-01-01T1 a 'GET /x' 200 F; line 2024-01-01T2 a 'GET /x' 200 F; line 2024-01-01T1 a 'GET /x' 200 G; line 2024-01-02T1 a 'GET /x' 200 F; line 2024-01-01T1 a 'GET /x' 200 GoogleBOT) | visits)" = '5 /x' ]
}
