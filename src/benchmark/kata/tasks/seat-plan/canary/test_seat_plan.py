import pytest

from seats import assign


def test_one_group():
    assert assign([4], [4]) == [(1, 1)]
    assert assign([6], [2, 4]) == [(1, 1), (1, 2)]


def test_fewest_left():
    assert assign([5, 0, 3, 8], [3]) == [(1, 1)]
