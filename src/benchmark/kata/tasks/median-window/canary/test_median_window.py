import pytest

from window import moving_median


def test_odd():
    assert moving_median([5, 1, 3, 9, 7], 3) == [3, 3, 9]


def test_one():
    assert moving_median([3, 1, 2], 1) == [1, 2, 3]
