import pytest

from accounts import Account
from ledger import Ledger


def made():
    ledger = Ledger()
    ledger.open("cash", "asset")
    ledger.open("loan", "debt")
    ledger.open("bank", "asset")
    return ledger


def test_posts():
    ledger = made()
    assert ledger.post("2024-05-02", {"cash": 500, "bank": -500}, "in") == 1
    assert ledger.post("2024-05-01", {"cash": -200, "bank": 200}, "out") == 2
    assert ledger.balances("2024-05-01") == {"cash": -200, "loan": 0, "bank": 200}
    assert list(ledger.balances("2024-12-31").items()) == [("cash", 300), ("loan", 0), ("bank", -300)]


def test_debts():
    ledger = made()
    ledger.post("2024-05-02", {"cash": 500, "loan": -500}, "borrowed")
    assert ledger.balances("2024-05-02") == {"cash": 500, "loan": 500, "bank": 0}
    with pytest.raises(ValueError):
        Account("x", "other")


def test_refuses():
    ledger = made()
    for bad in [{"cash": 1, "bank": 1}, {"cash": 0}, {}, {"cash": 5, "bank": -5, "loan": 0}, {"cash": 5, "gold": -5}]:
        with pytest.raises(ValueError):
            ledger.post("2024-05-02", bad, "x")
    assert ledger.balances("2024-05-02") == {"cash": 0, "loan": 0, "bank": 0}
    with pytest.raises(ValueError):
        ledger.open("cash", "asset")


def test_cancels():
    ledger = made()
    number = ledger.post("2024-05-02", {"cash": 500, "bank": -500}, "in")
    assert ledger.cancel(number, "2024-05-09") == 2
    assert ledger.balances("2024-05-08")["cash"] == 500
    assert ledger.balances("2024-05-09")["cash"] == 0
    for bad in [1, 2, 3, 0, -1]:
        with pytest.raises(ValueError):
            ledger.cancel(bad, "2024-05-10")


def test_keeps_its_own_copy():
    ledger = made()
    pairs = {"cash": 5, "bank": -5}
    ledger.post("2024-05-02", pairs, "x")
    pairs["cash"] = 900
    assert ledger.balances("2024-05-02")["cash"] == 5
