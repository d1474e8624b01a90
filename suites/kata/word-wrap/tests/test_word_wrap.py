from wrap import wrap


def test_plain():
    assert wrap("aa bb cc", 5) == ["aa bb", "cc"]
    assert wrap("a  b\nc", 10) == ["a b c"]
    assert wrap(" ", 3) == []


def test_paragraphs():
    assert wrap("a\nb\n\nc\n \n\nd\n", 9) == ["a b", "", "c", "", "d"]


def test_lists():
    assert wrap("List:\n- a b c\n- d\n  e", 5) == ["List:", "- a b", "  c", "- d e"]
    assert wrap("- a\n\n- b", 9) == ["- a", "", "- b"]


def test_long_words():
    assert wrap("abcdefg", 3) == ["ab-", "cd-", "efg"]
    assert wrap("x abcdefg", 5) == ["x", "abcd-", "efg"]
    assert wrap("- abcdefg", 6) == ["- abc-", "  defg"]
