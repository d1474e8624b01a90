def classify(line: str) -> tuple[str | None, str]:
    return None, "none"
