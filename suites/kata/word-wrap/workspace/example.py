from wrap import wrap

# Each case: what goes in, what has to come out.
CASES = [
    (("the quick brown fox", 10), ["the quick", "brown fox"]),
    (("one\ntwo\n\nthree", 20), ["one two", "", "three"]),
    (("a\n\n\n\nb", 5), ["a", "", "b"]),
    (("- first point here\n- second", 12), ["- first", "  point here", "- second"]),
    (("abcdefghij kl", 4), ["abc-", "def-", "ghij", "kl"]),
    (("", 10), []),
]

wrong = 0
for given, expected in CASES:
    try:
        actual = wrap(*given)
    except Exception as error:
        actual = repr(error)
    if actual != expected:
        wrong += 1
        print(f"example fails: {given!r} gives {actual!r}, not {expected!r}")
print("all examples hold" if wrong == 0 else f"{wrong} examples fail")
raise SystemExit(1 if wrong else 0)
