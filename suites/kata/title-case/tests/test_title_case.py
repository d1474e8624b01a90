from titles import title_case


def test_plain_words():
    assert title_case("the old man") == "The Old Man"
    assert title_case("hello") == "Hello"


def test_small_words():
    assert title_case("the lord OF the rings") == "The Lord of the Rings"
    assert title_case("war AND peace") == "War and Peace"


def test_small_last_word():
    assert title_case("what are you looking to") == "What Are You Looking To"
    assert title_case("switch on") == "Switch On"


def test_white_space():
    assert title_case("  a \t day  in\nrome ") == "A Day in Rome"
    assert title_case("   ") == ""
