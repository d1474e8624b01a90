def report(rows: list[tuple]) -> str:
    raise NotImplementedError
