from recipe import scale


def test_best_unit():
    assert scale("250 g flour", 8) == "2000 g flour"
    assert scale("1.5 l water", 0.5) == "750 ml water"
    assert scale("1 g salt", 0.25) == "0.25 g salt"


def test_no_unit():
    assert scale("3 eggs", 2) == "6.0 eggs"
    assert scale("Salt", 2) == "Salt"
