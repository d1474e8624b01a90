import pytest

from calc import evaluate
from lexer import CalcError, pieces


def test_pieces():
    assert pieces("1.5*(x1 - .5)") == ["1.5", "*", "(", "x1", "-", ".5", ")"]


def test_sums_and_products():
    assert evaluate("2+3*4-1") == 13
    assert evaluate(" ( 2 + 3 ) * 4 ") == 20
    assert evaluate("8/2/2") == 2
    assert evaluate("1 - -1") == 2


def test_powers():
    assert evaluate("2^3^2") == 512
    assert evaluate("-3^2") == -9
    assert evaluate("2^-2") == 0.25
    assert evaluate("(-3)^2") == 9


def test_factorials():
    assert evaluate("4!+1") == 25
    assert evaluate("2^3!") == 64
    assert evaluate("(1+2)!") == 6


def test_functions_and_names():
    assert evaluate("max(1, min(5, 3), 2) + a", {"a": 1}) == 4
    assert evaluate("max(7)") == 7


def test_faults():
    for bad in ["", "1+", "(1", "1)", "1 2", "2x", "y", "1/0", "5%0", "max()", "max", "(0-1)!", "1.5!", "1..2", "$", "(0-8)^0.5"]:
        with pytest.raises(CalcError):
            evaluate(bad)
