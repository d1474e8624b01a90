from datetime import date

import pytest

from age import between


def test_plain():
    assert between(date(2000, 5, 1), date(2024, 5, 1)) == (24, 0, 0)
    assert between(date(2023, 12, 30), date(2024, 1, 2)) == (0, 0, 3)
    assert between(date(2024, 1, 1), date(2024, 1, 1)) == (0, 0, 0)


def test_ends_of_months():
    assert between(date(2023, 1, 31), date(2023, 2, 28)) == (0, 1, 0)
    assert between(date(2023, 3, 31), date(2023, 4, 30)) == (0, 1, 0)
    assert between(date(2023, 8, 31), date(2023, 10, 1)) == (0, 1, 1)


def test_leap_days():
    assert between(date(2020, 2, 29), date(2024, 2, 29)) == (4, 0, 0)
    assert between(date(2020, 2, 29), date(2023, 3, 1)) == (3, 0, 1)


def test_backwards():
    with pytest.raises(ValueError):
        between(date(2024, 1, 2), date(2024, 1, 1))
