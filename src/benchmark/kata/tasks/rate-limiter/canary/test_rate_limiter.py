import pytest

from limiter import Limiter


def test_one_rule():
    limiter = Limiter([(2, 10)])
    assert [limiter.allow("a", t) for t in (0, 1, 2, 9.5)] == [True, True, True, False]
    assert limiter.allow("b", 2)
    assert limiter.allow("a", 10.5)


def test_waiting():
    limiter = Limiter([(2, 10), (3, 30)])
    assert limiter.wait("a", 0) == 0
    for t in (0, 4, 10):
        assert limiter.allow("a", t)
    assert limiter.wait("a", 11) == 18
    assert limiter.wait("a", 11, 2) == 23
    assert limiter.wait("a", 11, 9) is None
    assert limiter.wait("a", 11, 0) == 0
    assert limiter.wait("a", 11) == 19
