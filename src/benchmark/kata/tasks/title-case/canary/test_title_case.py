from titles import title_case


def test_small_words():
    assert title_case("the lord OF the rings") == "The Lord of the Rings"
    assert title_case("war AND peace") == "War And Peace"


def test_small_last_word():
    assert title_case("what are you looking to") == "What Are You Looking To"
    assert title_case("switch on") == "Switch on"
