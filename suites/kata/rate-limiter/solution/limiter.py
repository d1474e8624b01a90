class Limiter:
    def __init__(self, rules: list[tuple[float, float]]):
        if any(count <= 0 or seconds <= 0 for count, seconds in rules):
            raise ValueError("counts and durations must be above zero")
        self.rules = list(rules)
        self.longest = max((seconds for _, seconds in rules), default=0)
        self.passed: dict[str, list[tuple[float, float]]] = {}
        self.latest: dict[str, float] = {}

    def _check(self, key: str, now: float, cost: float) -> None:
        if cost < 0:
            raise ValueError("a cost must not be negative")
        if now < self.latest.get(key, now):
            raise ValueError("the time runs backwards")

    def _fits(self, key: str, now: float, cost: float) -> bool:
        return all(
            cost + sum(spent for when, spent in self.passed.get(key, []) if when > now - seconds) <= count
            for count, seconds in self.rules
        )

    def allow(self, key: str, now: float, cost: float = 1) -> bool:
        self._check(key, now, cost)
        self.latest[key] = now
        kept = [(when, spent) for when, spent in self.passed.get(key, []) if when > now - self.longest]
        self.passed[key] = kept
        if cost == 0:
            return True
        if not self._fits(key, now, cost):
            return False
        if self.rules:
            kept.append((now, cost))
        return True

    def wait(self, key: str, now: float, cost: float = 1) -> float | None:
        self._check(key, now, cost)
        if cost == 0:
            return 0
        if any(cost > count for count, _ in self.rules):
            return None
        times = {when + seconds for when, _ in self.passed.get(key, []) for _, seconds in self.rules}
        for time in [now, *sorted(time for time in times if time > now)]:
            if self._fits(key, time, cost):
                return time - now
        return None

    def remembered(self) -> int:
        return sum(len(requests) for requests in self.passed.values())
