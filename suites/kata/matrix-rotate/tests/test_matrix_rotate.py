import pytest

from grid import rotate


def test_squares():
    assert rotate([[1, 2], [3, 4]]) == [[3, 1], [4, 2]]
    assert rotate([[1, 2], [3, 4]], -1) == [[2, 4], [1, 3]]


def test_oblongs():
    assert rotate([[1, 2, 3], [4, 5, 6]]) == [[4, 1], [5, 2], [6, 3]]
    assert rotate([[1, 2, 3], [4, 5, 6]], 2) == [[6, 5, 4], [3, 2, 1]]
    assert rotate([]) == []


def test_new_rows():
    grid = [[1, 2]]
    for turns in (0, 4, -4):
        result = rotate(grid, turns)
        assert result == [[1, 2]]
        result[0][0] = 9
        assert grid == [[1, 2]]


def test_unequal_rows():
    with pytest.raises(ValueError):
        rotate([[1], [2, 3]])
