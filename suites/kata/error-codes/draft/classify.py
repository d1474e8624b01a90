import re


def classify(line: str) -> tuple[str | None, str]:
    match = re.search(r"\b([A-Z]\d{3})\b", line)
    if match is None:
        return None, "none"
    code = match.group(1)
    severity = {"E1": "warning", "E2": "error", "E3": "critical"}.get(code[:2], "unknown")
    return code, severity
