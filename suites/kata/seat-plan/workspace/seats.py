def assign(rows: list[int], groups: list[int]) -> list[tuple[int, int] | None]:
    raise NotImplementedError
