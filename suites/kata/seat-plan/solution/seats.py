def assign(rows: list[int], groups: list[int]) -> list[tuple[int, int] | None]:
    if any(seats < 0 for seats in rows) or any(size < 0 for size in groups):
        raise ValueError("a negative number of seats or people")
    free = list(rows)
    places: list[tuple[int, int] | None] = []
    for size in groups:
        fits = [(free[i] - size, -i) for i in range(len(rows)) if free[i] >= size and free[i] - size != 1]
        if size == 0 or not fits:
            places.append(None)
            continue
        i = -min(fits)[1]
        places.append((i + 1, rows[i] - free[i] + 1))
        free[i] -= size
    return places
