import pytest

from smooth import smooth


def test_plain():
    assert smooth([1, 2, 3, 4], 1) == [1.5, 2, 3, 3.5]
    assert smooth([5, 7], 9) == [6, 6]
    assert smooth([1, 2], 0) == [1, 2]
    assert smooth([], 2) == []


def test_failed_readings():
    assert smooth([1, None, 3], 1) == [1, 2, 3]


def test_zero_is_a_reading():
    assert smooth([0, 4, 2], 1) == [2, 2, 3]


def test_no_neighbours():
    assert smooth([None, None, 4], 1) == [None, 4, 4]
    assert smooth([None], 0) == [None]


def test_width():
    with pytest.raises(ValueError):
        smooth([1], -1)
