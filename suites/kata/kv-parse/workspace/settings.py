def parse(text: str) -> dict[str, str]:
    result = {}
    for line in text.split("\n"):
        key, value = line.split("=")
        result[key] = value
    return result
