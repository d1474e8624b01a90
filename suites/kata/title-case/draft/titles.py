SMALL = {"a", "an", "and", "of", "the", "to", "in", "on"}


def title_case(text: str) -> str:
    words = text.lower().split()
    last = len(words) - 1
    return " ".join(
        word if word in SMALL and i > 0 else word[:1].upper() + word[1:] for i, word in enumerate(words)
    )
