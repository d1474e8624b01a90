import re
from fractions import Fraction

from units import UNITS, write


def scale(line: str, factor: float) -> str:
    match = re.match(r"(\d+/\d+|\d+(?:\.\d+)?)(.*)$", line, re.DOTALL)
    if match is None:
        return line
    amount = float(Fraction(match.group(1))) * factor
    unit, space, rest = match.group(2).lstrip(" ").partition(" ")
    if unit not in UNITS:
        return write(amount) + match.group(2)
    kind, size = UNITS[unit]
    base = amount * size
    allowed = [(s, u) for u, (k, s) in UNITS.items() if k == kind and (unit != "tsp" or u == "tsp")]
    fitting = [pair for pair in allowed if base >= pair[0]]
    best_size, best = max(fitting) if fitting else min(allowed)
    return f"{write(base / best_size)} {best}{space}{rest}"
