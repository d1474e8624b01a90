def moving_median(values: list[float], size: int) -> list[float]:
    result = []
    for start in range(len(values) - size):
        window = values[start : start + size]
        window.sort()
        result.append(window[size // 2])
    return result
