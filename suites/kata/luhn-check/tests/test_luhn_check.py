import pytest

from luhn import complete, valid


def test_valid_numbers():
    assert valid("4539 3195 0343 6467")
    assert valid("79927398713")
    assert valid("059")
    assert valid("18")


def test_invalid_numbers():
    assert not valid("79927398710")
    assert not valid("8273 1232 7352 0569")


def test_what_is_no_number():
    for bad in ["", "0", " 18", "18-", "1a8", "\u0661\u0668"]:
        assert not valid(bad)


def test_completes():
    assert complete("7992739871") == "79927398713"
    assert complete("1") == "18"
    assert complete("4539-3195 0343-646") == "4539319503436467"
    with pytest.raises(ValueError):
        complete("12x")
