import random

import pytest

from linediff import apply, diff


def test_plain():
    assert diff(["a", "b", "c"], ["a", "c"]) == ["@2 -1 +0", "-b"]
    assert diff(["a"], ["a", "b"]) == ["@2 -0 +1", "+b"]
    assert diff([], []) == []


def test_as_many_kept_as_possible():
    def changed(old, new):
        return sum(1 for line in diff(list(old), list(new)) if line[0] in "+-")

    assert changed("abcabba", "cbabac") == 5
    assert changed("xaxbxcx", "abc") == 4
    assert changed("bcab", "abcb") <= 2


def test_there_and_back():
    rng = random.Random(7)
    for _ in range(300):
        old = [rng.choice(["a", "b", "-", "+x", "@1 -1 +1", ""]) for _ in range(rng.randrange(7))]
        new = [rng.choice(["a", "b", "-", "+x", "@1 -1 +1", ""]) for _ in range(rng.randrange(7))]
        assert apply(old, diff(old, new)) == new


def test_does_not_fit():
    for old, patch in [(["a"], ["@1 -1 +0", "-b"]), (["a"], ["@3 -0 +1", "+b"]), (["a"], ["@1 -1 +1", "-a"]), (["a"], ["hello"]), (["a", "b"], ["@2 -1 +0", "-b", "@1 -1 +0", "-a"]), (["a"], ["@1 -0 +1", "-b"]), (["a"], ["@1 -1 +0", "-a", "+b"])]:
        with pytest.raises(ValueError):
            apply(old, patch)
