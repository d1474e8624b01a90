import pytest

from window import moving_median


def test_odd():
    assert moving_median([5, 1, 3, 9, 7], 3) == [3, 3, 7]


def test_even():
    assert moving_median([4, 1, 3, 2], 2) == [2.5, 2, 2.5]
    assert moving_median([1, 2, 3, 10], 4) == [2.5]


def test_one():
    assert moving_median([3, 1, 2], 1) == [3, 1, 2]


def test_edges():
    values = [3, 1, 2]
    assert moving_median(values, 4) == []
    moving_median(values, 3)
    assert values == [3, 1, 2]
    with pytest.raises(ValueError):
        moving_median(values, 0)
