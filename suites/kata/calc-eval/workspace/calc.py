from lexer import CalcError, pieces


def evaluate(text: str, names: dict[str, float] | None = None) -> float:
    [a, operator, b] = pieces(text)
    if operator == "+":
        return float(a) + float(b)
    raise CalcError("unknown operator")
