def find_range(values: list, target) -> tuple[int, int]:
    low, high = 0, len(values)
    while low < high:
        middle = (low + high) // 2
        if values[middle] < target:
            low = middle + 1
        else:
            high = middle
    stop = low
    while stop < len(values) and not target < values[stop]:
        stop += 1
    return low, stop
