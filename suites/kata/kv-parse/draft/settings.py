def parse(text: str) -> dict[str, str]:
    result = {}
    for number, line in enumerate(text.split("\n")):
        line = line.strip()
        if line == "" or line.startswith("#"):
            continue
        key, equals, value = line.partition("=")
        key, value = key.strip(), value.strip()
        if equals == "" or key == "":
            raise ValueError(f"line {number} is no setting")
        value = value.strip('"')
        result[key] = value
    return result
