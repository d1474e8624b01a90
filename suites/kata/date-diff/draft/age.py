from calendar import monthrange
from datetime import date


def between(first: date, last: date) -> tuple[int, int, int]:
    if last < first:
        raise ValueError("the last day is before the first")
    years = last.year - first.year
    months = last.month - first.month
    days = last.day - first.day
    if days < 0:
        months -= 1
        year, month = (last.year, last.month - 1) if last.month > 1 else (last.year - 1, 12)
        days += monthrange(year, month)[1]
    if months < 0:
        years -= 1
        months += 12
    return years, months, days
