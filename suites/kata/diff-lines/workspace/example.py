from linediff import diff

# Each case: what goes in, what has to come out.
CASES = [
    ((["a", "b", "c"], ["a", "x", "c"]), ["@2 -1 +1", "-b", "+x"]),
    ((["a"], ["a"]), []),
    (([], ["a", "b"]), ["@1 -0 +2", "+a", "+b"]),
    ((["a", "b", "c", "d"], ["b", "c", "e"]), ["@1 -1 +0", "-a", "@4 -1 +1", "-d", "+e"]),
    ((["a", "b"], []), ["@1 -2 +0", "-a", "-b"]),
    ((["a", "b", "a"], ["b", "c", "a"]), ["@1 -1 +0", "-a", "@3 -0 +1", "+c"]),
]

wrong = 0
for given, expected in CASES:
    try:
        actual = diff(*given)
    except Exception as error:
        actual = repr(error)
    if actual != expected:
        wrong += 1
        print(f"example fails: {given!r} gives {actual!r}, not {expected!r}")
print("all examples hold" if wrong == 0 else f"{wrong} examples fail")
raise SystemExit(1 if wrong else 0)
