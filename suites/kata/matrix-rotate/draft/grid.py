def rotate(grid: list[list], turns: int = 1) -> list[list]:
    if len({len(row) for row in grid}) > 1:
        raise ValueError("rows of unequal length")
    turned = grid
    for _ in range(turns % 4):
        turned = [list(column) for column in zip(*reversed(turned))]
    return turned
