from calc import evaluate

# Each case: what goes in, what has to come out.
CASES = [
    (("1+2*3",), 7),
    (("(1+2)*3",), 9),
    (("2^3^2",), 512),
    (("-2^2",), -4),
    (("2^-1",), 0.5),
    (("10-4-3",), 3),
    (("7 % 4 * 2",), 6),
    (("max(1, 2+3, 4)",), 5),
    (("x*x", {"x": 1.5}), 2.25),
    (("3!",), 6),
    (("-3!",), -6),
]

wrong = 0
for given, expected in CASES:
    try:
        actual = evaluate(*given)
    except Exception as error:
        actual = repr(error)
    if actual != expected:
        wrong += 1
        print(f"example fails: {given!r} gives {actual!r}, not {expected!r}")
print("all examples hold" if wrong == 0 else f"{wrong} examples fail")
raise SystemExit(1 if wrong else 0)
