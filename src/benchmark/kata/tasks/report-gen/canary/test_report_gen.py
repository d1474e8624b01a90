from decimal import Decimal

import pytest

from report import report


def test_the_example():
    assert report([("Bob", "boat", 4.5), ("Ada", "boat", 5), ("Ada", "boat", Decimal("3"))]) == "boat: 12.5 h\n  Ada: 8 h\n  Bob: 4.5 h\n\ntotal: 12 h\n"
    assert report([]) == "total: 0 h\n"


def test_names_and_orders():
    assert report([("b", "Zoo", 2), ("C", "Zoo", 2), (" a  x ", "zoo", 3), ("B", " Zoo", 2)]) == "Zoo: 6 h\n  B: 2 h\n  b: 2 h\n  C: 2 h\n\nzoo: 3 h\n  a x: 3 h\n\ntotal: 6 h\n"
