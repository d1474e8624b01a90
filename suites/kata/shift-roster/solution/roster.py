import re

_SHIFT = re.compile(r"(\S+)\s+([01]\d|2[0-3]):([0-5]\d)\s*-\s*([01]\d|2[0-3]):([0-5]\d)", re.ASCII)


def _paid(minutes: int) -> int:
    if minutes > 9 * 60:
        return max(minutes - 45, 9 * 60)
    if minutes > 6 * 60:
        return max(minutes - 30, 6 * 60)
    return minutes


def paid_minutes(roster: str) -> dict[str, int]:
    result: dict[str, int] = {}
    for number, line in enumerate(roster.split("\n"), 1):
        text = line.partition("#")[0].strip()
        if text == "":
            continue
        match = _SHIFT.fullmatch(text)
        if match is None:
            raise ValueError(f"line {number} is no shift")
        name, *times = match.groups()
        h1, m1, h2, m2 = map(int, times)
        minutes = (h2 * 60 + m2 - h1 * 60 - m1) % 1440 or 1440
        result[name] = result.get(name, 0) + _paid(minutes)
    return result
