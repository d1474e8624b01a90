import pytest

from limiter import Limiter


def test_one_rule():
    limiter = Limiter([(2, 10)])
    assert [limiter.allow("a", t) for t in (0, 1, 2, 9.5)] == [True, True, False, False]
    assert limiter.allow("b", 2)
    assert limiter.allow("a", 10.5)


def test_the_edge():
    limiter = Limiter([(1, 10)])
    assert limiter.allow("a", 0)
    assert not limiter.allow("a", 9.999)
    assert limiter.allow("a", 10)


def test_several_rules_and_costs():
    limiter = Limiter([(5, 1), (8, 60)])
    assert limiter.allow("a", 0, 5)
    assert not limiter.allow("a", 0.5, 1)
    assert limiter.allow("a", 0.5, 0)
    assert limiter.allow("a", 1, 3)
    assert not limiter.allow("a", 30, 1)
    assert limiter.allow("a", 60, 5)
    assert not limiter.allow("b", 0, 6)


def test_waiting():
    limiter = Limiter([(2, 10), (3, 30)])
    assert limiter.wait("a", 0) == 0
    for t in (0, 4, 10):
        assert limiter.allow("a", t)
    assert limiter.wait("a", 11) == 19
    assert limiter.wait("a", 11, 2) == 23
    assert limiter.wait("a", 11, 9) is None
    assert limiter.wait("a", 11, 0) == 0
    assert limiter.wait("a", 11) == 19


def test_mistakes():
    limiter = Limiter([(2, 10)])
    limiter.allow("a", 5)
    limiter.wait("a", 9)
    for call in (lambda: limiter.allow("a", 4), lambda: limiter.wait("a", 4), lambda: limiter.allow("a", 6, -1), lambda: Limiter([(0, 1)]), lambda: Limiter([(1, 0)])):
        with pytest.raises(ValueError):
            call()
    assert limiter.allow("b", 1) and limiter.allow("a", 5)


def test_forgets():
    limiter = Limiter([(5, 10), (100, 20)])
    for t in range(50):
        limiter.allow("a", t)
    limiter.allow("b", 0)
    assert limiter.remembered() <= 21
    limiter.allow("a", 1000, 0)
    assert limiter.remembered() == 1
