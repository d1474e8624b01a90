import pytest

from bag import Bag
from items import Item


def test_stacks():
    bag = Bag(2, 100)
    assert bag.put(Item("apple", 1, stack=3), 5) == 0
    assert bag.free == 0
    assert bag.put(Item("apple", 1, stack=3), 3) == 2
    assert bag.listing() == ["8 apple"]
    assert bag.put(Item("pear", 1)) == 1


def test_take():
    bag = Bag(3, 99)
    bag.put(Item("coin", 1, stack=10), 25)
    assert bag.take("coin", 6) == 6
    assert bag.free == 1
    assert bag.take("coin", 99) == 25
    assert bag.take("coin") == 0
    assert bag.listing() == [] and bag.free == 3
