def diff(old: list[str], new: list[str]) -> list[str]:
    raise NotImplementedError


def apply(old: list[str], patch: list[str]) -> list[str]:
    raise NotImplementedError
