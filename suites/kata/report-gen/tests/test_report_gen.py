from decimal import Decimal

import pytest

from report import report


def test_the_example():
    assert report([("Bob", "boat", 4.5), ("Ada", "boat", 5), ("Ada", "boat", Decimal("3"))]) == "boat: 12.5 h\n  Ada: 8 h\n  Bob: 4.5 h\n\ntotal: 12.5 h\n"
    assert report([]) == "total: 0 h\n"


def test_names_and_orders():
    assert report([("b", "Zoo", 2), ("C", "Zoo", 2), (" a  x ", "zoo", 3), ("B", " Zoo", 2)]) == "Zoo: 6 h\n  B: 2 h\n  b: 2 h\n  C: 2 h\n\nzoo: 3 h\n  a x: 3 h\n\ntotal: 9 h\n"


def test_other():
    assert report([("a", "x", 1.75), ("a", "y", 0.25), ("b", "z", 2)]) == "z: 2 h\n  b: 2 h\n\nother: 2 h\n  a: 2 h\n\ntotal: 4 h\n"
    assert report([("a", "OTHER", 9), ("b", "zoo", 2)]) == "zoo: 2 h\n  b: 2 h\n\nother: 9 h\n  a: 9 h\n\ntotal: 11 h\n"


def test_mistakes():
    for bad in [("a", "b", 0), ("a", "b", -1), ("a", "b", 0.3), (" ", "b", 1), ("a", "", 1)]:
        with pytest.raises(ValueError):
            report([bad])
