import pytest

from smooth import smooth


def test_plain():
    assert smooth([1, 2, 3, 4], 1) == [1, 2, 3, 4]
    assert smooth([5, 7], 9) == [6, 6]
    assert smooth([1, 2], 0) == [1, 2]
    assert smooth([], 2) == []


def test_failed_readings():
    assert smooth([1, None, 3], 1) == [1, None, 3]
