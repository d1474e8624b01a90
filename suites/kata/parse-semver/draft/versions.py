import re

_VERSION = re.compile(r"v?(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+.*)?")


def _key(text: str):
    match = _VERSION.fullmatch(text)
    if match is None:
        return None
    *numbers, pre = match.groups()
    return [int(number) for number in numbers], pre is None, pre or ""


def newest(versions: list[str]) -> str | None:
    found = [version for version in versions if _key(version) is not None]
    return max(found, key=_key, default=None)
