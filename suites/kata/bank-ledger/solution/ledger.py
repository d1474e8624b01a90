from accounts import Account


class Ledger:
    def __init__(self):
        self.accounts: dict[str, Account] = {}
        self.bookings: list[tuple[str, dict[str, int], str]] = []
        self.closed: set[int] = set()

    def open(self, name: str, kind: str) -> None:
        if name in self.accounts:
            raise ValueError(f"{name} is open already")
        self.accounts[name] = Account(name, kind)

    def post(self, day: str, pairs: dict[str, int], text: str) -> int:
        if len(pairs) < 2 or sum(pairs.values()) != 0 or 0 in pairs.values():
            raise ValueError("the amounts do not balance")
        unknown = [name for name in pairs if name not in self.accounts]
        if unknown:
            raise ValueError(f"unknown account {unknown[0]}")
        self.bookings.append((day, dict(pairs), text))
        return len(self.bookings)

    def cancel(self, number: int, day: str) -> int:
        if not 1 <= number <= len(self.bookings) or number in self.closed:
            raise ValueError(f"booking {number} cannot be cancelled")
        pairs = self.bookings[number - 1][1]
        new = self.post(day, {name: -amount for name, amount in pairs.items()}, f"cancels {number}")
        self.closed |= {number, new}
        return new

    def balances(self, day: str) -> dict[str, int]:
        entries = [pair for when, pairs, _ in self.bookings if when <= day for pair in pairs.items()]
        return {name: account.balance(entries) for name, account in self.accounts.items()}
