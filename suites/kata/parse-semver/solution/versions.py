import re

_NUMBER = r"(0|[1-9][0-9]*)"
_VERSION = re.compile(rf"v?{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?")


def _key(text: str):
    match = _VERSION.fullmatch(text)
    if match is None:
        return None
    *numbers, pre = match.groups()
    parts = [(0, int(p), "") if re.fullmatch("[0-9]+", p) else (1, 0, p) for p in pre.split(".")] if pre else []
    return [int(number) for number in numbers], pre is None, parts


def newest(versions: list[str]) -> str | None:
    best, best_key = None, None
    for version in versions:
        key = _key(version)
        if key is not None and (best_key is None or key > best_key):
            best, best_key = version, key
    return best
