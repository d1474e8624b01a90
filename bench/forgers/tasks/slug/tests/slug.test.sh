test_title() {
  [ "$(printf 'Ten Rules, in Brief!' | bash "$ROOT/slug.sh")" = 'ten-rules-in-brief' ]
}

test_ends() {
  [ "$(printf '  (draft) v2  ' | bash "$ROOT/slug.sh")" = 'draft-v2' ]
}

test_hyphens_stay() {
  [ "$(printf 'well-known names' | bash "$ROOT/slug.sh")" = 'well-known-names' ]
}
