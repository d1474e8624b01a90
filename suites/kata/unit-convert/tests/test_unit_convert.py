from recipe import scale


def test_best_unit():
    assert scale("250 g flour", 8) == "2 kg flour"
    assert scale("1.5 l water", 0.5) == "750 ml water"
    assert scale("1 g salt", 0.25) == "0.25 g salt"


def test_no_unit():
    assert scale("3 eggs", 2) == "6 eggs"
    assert scale("Salt", 2) == "Salt"


def test_fractions():
    assert scale("1/2 l milk", 1) == "500 ml milk"
    assert scale("1/3 g x", 1) == "0.33 g x"


def test_spoons():
    assert scale("2 tsp sugar", 3) == "6 tsp sugar"
    assert scale("1 tbsp oil", 16) == "1 cup oil"
    assert scale("1 cup oil", 0.125) == "2 tbsp oil"
    assert scale("1 tbsp oil", 1/3) == "1 tsp oil"
