def valid(text: str) -> bool:
    raise NotImplementedError


def complete(text: str) -> str:
    raise NotImplementedError
