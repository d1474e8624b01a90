from datetime import date

from age import between

# Each case: what goes in, what has to come out.
CASES = [
    ((date(2020, 1, 15), date(2021, 3, 20)), (1, 2, 5)),
    ((date(2020, 1, 31), date(2020, 2, 29)), (0, 1, 0)),
    ((date(2020, 1, 31), date(2020, 3, 1)), (0, 1, 1)),
    ((date(2020, 2, 29), date(2021, 2, 28)), (1, 0, 0)),
    ((date(2021, 1, 30), date(2021, 3, 29)), (0, 1, 29)),
]

wrong = 0
for given, expected in CASES:
    try:
        actual = between(*given)
    except Exception as error:
        actual = repr(error)
    if actual != expected:
        wrong += 1
        print(f"example fails: {given!r} gives {actual!r}, not {expected!r}")
print("all examples hold" if wrong == 0 else f"{wrong} examples fail")
raise SystemExit(1 if wrong else 0)
