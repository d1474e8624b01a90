import random

import pytest

from linediff import apply, diff


def test_plain():
    assert diff(["a", "b", "c"], ["a", "c"]) == ["@2 -1 +1", "-b", "+c"]
    assert diff(["a"], ["a", "b"]) == ["@2 -0 +1", "+b"]
    assert diff([], []) == []


def test_as_many_kept_as_possible():
    def changed(old, new):
        return sum(1 for line in diff(list(old), list(new)) if line[0] in "+-")

    assert changed("abcabba", "cbabac") == 5
    assert changed("xaxbxcx", "abc") == 2
    assert changed("bcab", "abcb") <= 2
