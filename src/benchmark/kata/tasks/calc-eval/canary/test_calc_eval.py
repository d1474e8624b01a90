import pytest

from calc import evaluate
from lexer import CalcError, pieces


def test_sums_and_products():
    assert evaluate("2+3*4-1") == 19
    assert evaluate(" ( 2 + 3 ) * 4 ") == 20
    assert evaluate("8/2/2") == 2
    assert evaluate("1 - -1") == 2


def test_powers():
    assert evaluate("2^3^2") == 512
    assert evaluate("-3^2") == 9
    assert evaluate("2^-2") == 0.25
    assert evaluate("(-3)^2") == 9
