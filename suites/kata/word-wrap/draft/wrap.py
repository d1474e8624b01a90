import textwrap


def wrap(text: str, width: int) -> list[str]:
    lines: list[str] = []
    for i, paragraph in enumerate(text.split("\n\n")):
        if i > 0:
            lines.append("")
        lines += textwrap.wrap(paragraph, width)
    return lines
