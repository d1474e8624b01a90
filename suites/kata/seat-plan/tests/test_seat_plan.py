import pytest

from seats import assign


def test_one_group():
    assert assign([4], [4]) == [(1, 1)]
    assert assign([6], [2, 4]) == [(1, 1), (1, 3)]


def test_none():
    assert assign([], [1]) == [None]
    assert assign([4], []) == []
    assert assign([4], [0, 5, 4]) == [None, None, (1, 1)]


def test_furthest_back_of_equals():
    assert assign([4, 4, 4], [2, 2, 2]) == [(3, 1), (3, 3), (2, 1)]


def test_fewest_left():
    assert assign([5, 0, 3, 8], [3]) == [(3, 1)]


def test_no_single_seat():
    assert assign([4], [3]) == [None]
    assert assign([4, 6], [3, 3]) == [(2, 1), (2, 4)]
    assert assign([5, 4], [3, 2, 2]) == [(1, 1), (1, 4), (2, 1)]


def test_mistakes():
    with pytest.raises(ValueError):
        assign([3], [-1])
    with pytest.raises(ValueError):
        assign([-3], [1])
