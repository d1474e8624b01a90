from caesar import crack, shift


def test_shifts():
    assert shift("Hello, World!", 3) == "Khoor, Zruog!"
    assert shift("xyz", 3) == "abc"


def test_negative_and_large():
    assert shift("abc", -1) == "zab"
    assert shift("abc", 53) == "bcd"


def test_others_stay():
    assert shift("\u00e9t\u00e9 1", 1) == "\u00e9u\u00e9 1"


def test_cracks():
    assert crack("Khoor, Zruog!", "world") == 23
    assert crack("abc", "hello") is None
    assert crack("cat", "a") is None
