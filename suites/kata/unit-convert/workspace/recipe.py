def scale(line: str, factor: float) -> str:
    raise NotImplementedError
