class Account:
    def __init__(self, name: str, kind: str):
        if kind not in ("asset", "debt"):
            raise ValueError(f"unknown kind {kind!r}")
        self.name = name
        self.kind = kind

    def balance(self, entries: list[tuple[str, int]]) -> int:
        total = sum(amount for name, amount in entries if name == self.name)
        return -total if self.kind == "debt" else total
