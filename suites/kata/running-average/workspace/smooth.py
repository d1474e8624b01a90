def smooth(readings: list[float | None], width: int) -> list[float | None]:
    result = []
    for i in range(len(readings)):
        window = readings[i - width : i + width + 1]
        result.append(sum(window) / len(window))
    return result
