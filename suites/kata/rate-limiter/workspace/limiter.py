class Limiter:
    def __init__(self, rules: list[tuple[float, float]]):
        self.rules = rules

    def allow(self, key: str, now: float, cost: float = 1) -> bool:
        return True
