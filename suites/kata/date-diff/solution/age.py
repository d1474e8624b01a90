from calendar import monthrange
from datetime import date


def _after(first: date, months: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))


def between(first: date, last: date) -> tuple[int, int, int]:
    if last < first:
        raise ValueError("the last day is before the first")
    months = (last.year - first.year) * 12 + last.month - first.month
    if _after(first, months) > last:
        months -= 1
    return months // 12, months % 12, (last - _after(first, months)).days
