import pytest

from settings import parse


def test_plain():
    assert parse("a=1\nb = two words \n") == {"a": "1", "b": "two words "}


def test_more_equals_signs():
    assert parse("url=http://x?a=b") == {"url": "http://x?a"}
    assert parse("a=") == {"a": ""}
