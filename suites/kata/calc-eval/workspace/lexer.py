class CalcError(Exception):
    pass


def pieces(text: str) -> list[str]:
    return text.split()
