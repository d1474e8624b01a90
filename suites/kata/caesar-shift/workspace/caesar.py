def shift(text: str, by: int) -> str:
    raise NotImplementedError


def crack(text: str, word: str) -> int | None:
    raise NotImplementedError
