def moving_median(values: list[float], size: int) -> list[float]:
    if size < 1:
        raise ValueError("size must be at least 1")
    result = []
    for start in range(len(values) - size + 1):
        window = sorted(values[start : start + size])
        middle = size // 2
        result.append(window[middle] if size % 2 else (window[middle - 1] + window[middle]) / 2)
    return result
