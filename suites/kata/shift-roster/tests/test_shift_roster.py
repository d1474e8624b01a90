import pytest

from roster import paid_minutes


def test_short_shifts():
    assert paid_minutes("Ada 08:00-12:00\nBob 22:00-02:30\nAda 13:00-14:00\n") == {"Ada": 300, "Bob": 270}


def test_notation():
    assert paid_minutes("# week 1\r\n\r\n  Ada\t 08:00-09:00  # early\r\nada 08:00-09:00") == {"Ada": 60, "ada": 60}
    assert paid_minutes("") == {}


def test_mistakes():
    for bad in ["x\nAda 24:00-01:00", "\nAda 8:00-09:00", "\nAda 08:00-09:60", "\nAda", "\nAda 08:00-09:00 x"]:
        with pytest.raises(ValueError):
            paid_minutes(bad)
    with pytest.raises(ValueError, match="2"):
        paid_minutes("\nAda")


def test_breaks():
    assert paid_minutes("A 08:00-14:00") == {"A": 360}
    assert paid_minutes("A 08:00-16:00") == {"A": 450}
    assert paid_minutes("A 08:00-18:00\nB 06:00-06:00") == {"A": 555, "B": 1395}


def test_just_over():
    assert paid_minutes("A 08:00-14:10") == {"A": 360}
    assert paid_minutes("A 08:00-17:20\nB 08:00-17:00") == {"A": 540, "B": 510}
