from caesar import crack, shift


def test_shifts():
    assert shift("Hello, World!", 3) == "Khppr, Zruog!"
    assert shift("xyz", 3) == "abc"


def test_negative_and_large():
    assert shift("abc", -1) == "zab"
    assert shift("abc", 53) == "abc"
