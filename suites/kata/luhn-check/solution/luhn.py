import re


def _digits(text: str) -> str | None:
    return re.sub(r"[ -]", "", text) if re.fullmatch(r"[0-9]+(?:[ -]+[0-9]+)*", text) else None


def _sum(digits: str) -> int:
    total = 0
    for i, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if i % 2 else 1)
        total += value - 9 if value > 9 else value
    return total


def valid(text: str) -> bool:
    digits = _digits(text)
    return digits is not None and len(digits) >= 2 and _sum(digits) % 10 == 0


def complete(text: str) -> str:
    digits = _digits(text)
    if digits is None:
        raise ValueError(f"not a number: {text!r}")
    return digits + str(-_sum(digits + "0") % 10)
