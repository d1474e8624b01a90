import pytest

from settings import parse


def test_plain():
    assert parse("a=1\nb = two words \n") == {"a": "1", "b": "two words"}


def test_comments():
    assert parse("# x=1\n\n  # y\na=1 # kept") == {"a": "1 # kept"}


def test_more_equals_signs():
    assert parse("url=http://x?a=b") == {"url": "http://x?a=b"}
    assert parse("a=") == {"a": ""}


def test_quotes():
    assert parse('a=" x "') == {"a": " x "}
    assert parse('a="') == {"a": '"'}
    assert parse('a=say "hi"') == {"a": 'say "hi"'}


def test_later_wins_and_errors():
    assert parse("a=1\na=2") == {"a": "2"}
    with pytest.raises(ValueError, match="2"):
        parse("a=1\nnonsense\n")
    with pytest.raises(ValueError, match="1"):
        parse("= 5")
