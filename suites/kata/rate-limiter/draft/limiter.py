class Limiter:
    def __init__(self, rules: list[tuple[float, float]]):
        if any(count <= 0 or seconds <= 0 for count, seconds in rules):
            raise ValueError("counts and durations must be above zero")
        self.rules = list(rules)
        self.passed: dict[str, list[tuple[float, float]]] = {}

    def _wait(self, key: str, now: float, cost: float) -> float | None:
        waits = [0.0]
        for count, seconds in self.rules:
            if cost > count:
                return None
            recent = [(when, spent) for when, spent in self.passed.get(key, []) if when >= now - seconds]
            over = sum(spent for _, spent in recent) + cost - count
            for when, spent in recent:
                if over <= 0:
                    break
                over -= spent
                waits.append(when + seconds - now)
        return max(waits)

    def wait(self, key: str, now: float, cost: float = 1) -> float | None:
        if cost < 0:
            raise ValueError("a cost must not be negative")
        return self._wait(key, now, cost)

    def allow(self, key: str, now: float, cost: float = 1) -> bool:
        if self.wait(key, now, cost) != 0:
            return False
        self.passed.setdefault(key, []).append((now, cost))
        return True

    def remembered(self) -> int:
        return sum(len(requests) for requests in self.passed.values())
