import math

from find import find_range

COUNT = [0]


class Shy:
    def __init__(self, value):
        self.value = value

    def __lt__(self, other):
        COUNT[0] += 1
        return self.value < other.value

    __eq__ = None
    __hash__ = None


def test_present():
    assert find_range([1, 3, 3, 3, 9], 3) == (1, 4)
    assert find_range([1, 3, 9], 9) == (2, 3)


def test_absent():
    assert find_range([1, 3, 9], 4) == (2, 2)
    assert find_range([1, 3, 9], 0) == (0, 0)
    assert find_range([], 5) == (0, 0)
    assert find_range([1], 2) == (1, 1)


def test_few_comparisons():
    values = [Shy(v // 400) for v in range(1000)]
    COUNT[0] = 0
    assert find_range(values, Shy(1)) == (400, 800)
    assert COUNT[0] <= 2 * math.ceil(math.log2(1001)) + 2
