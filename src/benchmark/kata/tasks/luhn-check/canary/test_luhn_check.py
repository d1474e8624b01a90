import pytest

from luhn import complete, valid


def test_valid_numbers():
    assert valid("4539 3195 0343 6467")
    assert valid("79927398713")
    assert valid("059")
    assert valid("19")


def test_completes():
    assert complete("7992739871") == "79927398710"
    assert complete("1") == "18"
    assert complete("4539-3195 0343-646") == "4539319503436467"
    with pytest.raises(ValueError):
        complete("12x")
