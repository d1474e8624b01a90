import difflib


def diff(old: list[str], new: list[str]) -> list[str]:
    patch = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new).get_opcodes():
        if tag != "equal":
            patch.append(f"@{i1 + 1} -{i2 - i1} +{j2 - j1}")
            patch += ["-" + line for line in old[i1:i2]]
            patch += ["+" + line for line in new[j1:j2]]
    return patch


def apply(old: list[str], patch: list[str]) -> list[str]:
    result = []
    at = 0
    for line in patch:
        if line.startswith("@"):
            start = int(line[1:].split()[0]) - 1
            result += old[at:start]
            at = start
        elif line.startswith("-"):
            at += 1
        else:
            result.append(line[1:])
    return result + old[at:]
