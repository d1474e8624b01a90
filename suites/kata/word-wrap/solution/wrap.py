def _fill(words: list[str], width: int, first: str, rest: str) -> list[str]:
    lines: list[str] = []
    line = first
    empty = True
    for word in words:
        if not empty and len(line) + 1 + len(word) > width:
            lines.append(line)
            line, empty = rest, True
        while empty and len(line) + len(word) > width:
            room = width - len(line) - 1
            lines.append(line + word[:room] + "-")
            word = word[room:]
            line = rest
        line += word if empty else " " + word
        empty = False
    return [*lines, line]


def wrap(text: str, width: int) -> list[str]:
    blocks: list[list[str]] = []
    fresh = True
    for line in text.split("\n"):
        words = line.split()
        if not words:
            fresh = True
            continue
        item = words[0] == "-" and len(words) > 1
        if fresh and blocks:
            blocks.append([])
        if fresh or item:
            blocks.append(words)
        else:
            blocks[-1] = blocks[-1] + words
        fresh = False
    lines: list[str] = []
    for words in blocks:
        if not words:
            lines.append("")
        elif words[0] == "-" and len(words) > 1:
            lines += _fill(words[1:], width, "- ", "  ")
        else:
            lines += _fill(words, width, "", "")
    return lines
