def smooth(readings: list[float | None], width: int) -> list[float | None]:
    if width < 0:
        raise ValueError("the width must not be negative")
    result: list[float | None] = []
    for i in range(len(readings)):
        window = [value for value in readings[max(0, i - width) : i + width + 1] if value]
        result.append(sum(window) / len(window) if window else 0.0)
    return result
