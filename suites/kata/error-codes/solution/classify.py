import re


def classify(line: str) -> tuple[str | None, str]:
    match = re.search(r"<([A-Z]\d{3})>", line)
    if match is None:
        return None, "none"
    code = match.group(1)
    letter, number = code[0], int(code[1:])
    if letter == "F":
        return code, "fatal"
    if letter in "ET":
        if number == 150:
            return code, "info"
        if 100 <= number <= 199:
            return code, "warning"
        if 200 <= number <= 299:
            return code, "error"
    return code, "unknown"
