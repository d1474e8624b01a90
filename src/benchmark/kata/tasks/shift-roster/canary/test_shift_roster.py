import pytest

from roster import paid_minutes


def test_short_shifts():
    assert paid_minutes("Ada 08:00-12:00\nBob 22:00-02:30\nAda 13:00-14:00\n") == {"Ada": 300, "Bob": 1170}


def test_notation():
    assert paid_minutes("# week 1\r\n\r\n  Ada\t 08:00-09:00  # early\r\nada 08:00-09:00") == {"Ada": 60, "ada": 120}
    assert paid_minutes("") == {}
