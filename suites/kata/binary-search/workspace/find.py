def find_range(values: list, target) -> tuple[int, int]:
    low, high = 0, len(values)
    while low < high:
        middle = (low + high) // 2
        if values[middle] == target:
            return middle, middle + 1
        if values[middle] < target:
            low = middle
        else:
            high = middle
    return low, low
