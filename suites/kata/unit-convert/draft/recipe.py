import re

from units import UNITS, write


def scale(line: str, factor: float) -> str:
    match = re.match(r"(\d+(?:\.\d+)?) (\w+)(.*)$", line)
    if match is None:
        return line
    amount = float(match.group(1)) * factor
    unit = match.group(2)
    if unit in UNITS:
        kind, size = UNITS[unit]
        for other, (other_kind, other_size) in UNITS.items():
            if other_kind == kind and amount * size >= other_size:
                unit = other
        amount = amount * size / UNITS[unit][1]
    return f"{write(amount)} {unit}{match.group(3)}"
