def rotate(grid: list[list], turns: int = 1) -> list[list]:
    for _ in range(turns % 4):
        size = len(grid)
        grid = [[grid[size - 1 - x][y] for x in range(size)] for y in range(size)]
    return grid
