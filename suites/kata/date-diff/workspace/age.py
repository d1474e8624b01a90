from datetime import date


def between(first: date, last: date) -> tuple[int, int, int]:
    return last.year - first.year, last.month - first.month, last.day - first.day
