import re

_HEAD = re.compile(r"@([1-9]\d*) -(\d+) \+(\d+)", re.ASCII)


def _kept(old: list[str], new: list[str]) -> list[list[int]]:
    table = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in reversed(range(len(old))):
        for j in reversed(range(len(new))):
            table[i][j] = table[i + 1][j + 1] + 1 if old[i] == new[j] else max(table[i + 1][j], table[i][j + 1])
    return table


def diff(old: list[str], new: list[str]) -> list[str]:
    table = _kept(old, new)
    patch: list[str] = []
    i = j = 0
    while i < len(old) or j < len(new):
        if i < len(old) and j < len(new) and old[i] == new[j]:
            i, j = i + 1, j + 1
            continue
        start, gone, come = i, [], []
        while (i < len(old) or j < len(new)) and not (i < len(old) and j < len(new) and old[i] == new[j]):
            if j == len(new) or (i < len(old) and table[i + 1][j] >= table[i][j + 1]):
                gone.append("-" + old[i])
                i += 1
            else:
                come.append("+" + new[j])
                j += 1
        patch += [f"@{start + 1} -{len(gone)} +{len(come)}", *gone, *come]
    return patch


def apply(old: list[str], patch: list[str]) -> list[str]:
    result: list[str] = []
    at = 0
    p = 0
    while p < len(patch):
        match = _HEAD.fullmatch(patch[p])
        if match is None:
            raise ValueError(f"no patch line: {patch[p]!r}")
        start, gone, come = (int(number) for number in match.groups())
        body = patch[p + 1 : p + 1 + gone + come]
        p += 1 + gone + come
        if len(body) < gone + come or start - 1 < at or start - 1 > len(old) or gone + come == 0:
            raise ValueError("the patch does not fit")
        result += old[at : start - 1]
        at = start - 1 + gone
        if ["-" + line for line in old[start - 1 : at]] != body[:gone]:
            raise ValueError("a deleted line differs")
        if not all(line.startswith("+") for line in body[gone:]):
            raise ValueError("an inserted line has no plus")
        result += [line[1:] for line in body[gone:]]
    return result + old[at:]
