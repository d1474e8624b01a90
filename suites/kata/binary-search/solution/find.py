def _first(values: list, low: int, is_before) -> int:
    high = len(values)
    while low < high:
        middle = (low + high) // 2
        if is_before(values[middle]):
            low = middle + 1
        else:
            high = middle
    return low


def find_range(values: list, target) -> tuple[int, int]:
    start = _first(values, 0, lambda value: value < target)
    return start, _first(values, start, lambda value: not target < value)
