from wrap import wrap


def test_plain():
    assert wrap("aa bb cc", 5) == ["aa", "bb cc"]
    assert wrap("a  b\nc", 10) == ["a b c"]
    assert wrap(" ", 3) == []


def test_long_words():
    assert wrap("abcdefg", 3) == ["abc", "def", "g"]
    assert wrap("x abcdefg", 5) == ["x", "abcd-", "efg"]
    assert wrap("- abcdefg", 6) == ["- abc-", "  defg"]
