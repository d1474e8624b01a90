import math

from lexer import CalcError, pieces

FUNCTIONS = {"max": max, "min": min, "abs": abs, "sqrt": math.sqrt}


class _Parser:
    def __init__(self, text, names):
        self.pieces = pieces(text)
        self.names = names
        self.at = 0

    def peek(self):
        return self.pieces[self.at] if self.at < len(self.pieces) else ""

    def take(self):
        piece = self.peek()
        self.at += 1
        return piece

    def expect(self, piece):
        if self.take() != piece:
            raise CalcError(f"{piece} is missing")

    def sum(self):
        value = self.product()
        while self.peek() in ("+", "-"):
            value = value + self.product() if self.take() == "+" else value - self.product()
        return value

    def product(self):
        value = self.signed()
        while self.peek() in ("*", "/", "%"):
            operator, other = self.take(), self.signed()
            if operator == "*":
                value *= other
            else:
                value = value / other if operator == "/" else value % other
        return value

    def signed(self):
        if self.peek() == "-":
            self.take()
            return -self.factorial()
        return self.power()

    def power(self):
        base = self.factorial()
        if self.peek() == "^":
            self.take()
            return base ** self.factorial()
        return base

    def factorial(self):
        value = self.atom()
        return value

    def atom(self):
        piece = self.take()
        if piece == "(":
            value = self.sum()
            self.expect(")")
            return value
        if piece[:1].isdigit() or piece.startswith("."):
            return float(piece)
        if piece in FUNCTIONS and self.peek() == "(":
            return self.call(FUNCTIONS[piece])
        if piece in self.names:
            return self.names[piece]
        raise CalcError(f"unexpected {piece!r}")

    def call(self, function):
        self.expect("(")
        values = [self.sum()]
        while self.peek() == ",":
            self.take()
            values.append(self.sum())
        self.expect(")")
        if function in (max, min):
            return function(values)
        return function(*values)


def evaluate(text: str, names: dict[str, float] | None = None) -> float:
    parser = _Parser(text, names or {})
    try:
        value = parser.sum()
    except (ZeroDivisionError, TypeError, ValueError, OverflowError) as error:
        raise CalcError(str(error)) from error
    if parser.at < len(parser.pieces):
        raise CalcError(f"unexpected {parser.peek()!r}")
    if isinstance(value, complex):
        raise CalcError("no real number")
    return value
