import re

_PIECE = re.compile(r"\s*(?:(\d+(?:\.\d+)?|\.\d+)|([A-Za-z_]\w*)|([-+*/%^!(),]))")


class CalcError(Exception):
    pass


def pieces(text: str) -> list[str]:
    found = []
    at = 0
    text = text.rstrip()
    while at < len(text):
        match = _PIECE.match(text, at)
        if match is None:
            raise CalcError(f"cannot read {text[at:]!r}")
        found.append(match.group(0).strip())
        at = match.end()
    return found
