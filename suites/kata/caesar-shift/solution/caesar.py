import re


def shift(text: str, by: int) -> str:
    def move(letter: str) -> str:
        for first in "aA":
            if first <= letter <= chr(ord(first) + 25):
                return chr((ord(letter) - ord(first) + by) % 26 + ord(first))
        return letter

    return "".join(move(letter) for letter in text)


def crack(text: str, word: str) -> int | None:
    whole = re.compile(rf"\b{re.escape(word)}\b", re.IGNORECASE)
    return next((by for by in range(26) if whole.search(shift(text, by))), None)
