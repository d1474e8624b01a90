def shift(text: str, by: int) -> str:
    def move(letter: str) -> str:
        if not letter.isalpha():
            return letter
        first = ord("a") if letter.islower() else ord("A")
        return chr((ord(letter) - first + by) % 26 + first)

    return "".join(move(letter) for letter in text)


def crack(text: str, word: str) -> int | None:
    for by in range(26):
        if word.lower() in shift(text, by).lower():
            return by
    return None
