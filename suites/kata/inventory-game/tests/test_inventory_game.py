import pytest

from bag import Bag
from items import Item


def test_stacks():
    bag = Bag(2, 100)
    assert bag.put(Item("apple", 1, stack=3), 5) == 0
    assert bag.free == 0
    assert bag.put(Item("apple", 1, stack=3), 3) == 2
    assert bag.listing() == ["6 apple"]
    assert bag.put(Item("pear", 1)) == 1


def test_strength():
    bag = Bag(9, 10)
    assert bag.put(Item("rock", 4), 3) == 1
    assert bag.put(Item("feather", 0.5), 9) == 5
    assert bag.listing() == ["4 feather", "2 rock"]


def test_size():
    bag = Bag(5, 99)
    assert bag.put(Item("shield", 1, size=2), 3) == 1
    assert bag.free == 1
    assert bag.put(Item("idea", 0, size=0), 50) == 0


def test_take():
    bag = Bag(3, 99)
    bag.put(Item("coin", 1, stack=10), 25)
    assert bag.take("coin", 6) == 6
    assert bag.free == 1
    assert bag.take("coin", 99) == 19
    assert bag.take("coin") == 0
    assert bag.listing() == [] and bag.free == 3


def test_other_numbers():
    bag = Bag(5, 99)
    bag.put(Item("key", 1))
    assert bag.put(Item("key", 2), 2) == 2
    assert bag.listing() == ["1 key"]
    bag.take("key")
    assert bag.put(Item("key", 2), 2) == 0


def test_mistakes():
    for bad in [dict(weight=-1), dict(weight=1, size=-1), dict(weight=1, stack=0)]:
        with pytest.raises(ValueError):
            Item("x", **bad)
