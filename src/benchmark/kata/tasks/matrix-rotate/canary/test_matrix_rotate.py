import pytest

from grid import rotate


def test_squares():
    assert rotate([[1, 2], [3, 4]]) == [[2, 4], [1, 3]]
    assert rotate([[1, 2], [3, 4]], -1) == [[2, 4], [1, 3]]


def test_oblongs():
    assert rotate([[1, 2, 3], [4, 5, 6]]) == [[4, 1], [5, 2], [6, 3]]
    assert rotate([[1, 2, 3], [4, 5, 6]], 2) == [[3, 2, 1], [6, 5, 4]]
    assert rotate([]) == []
