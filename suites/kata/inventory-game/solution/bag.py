from items import Item


class Bag:
    def __init__(self, slots: int, strength: float):
        self.slots = slots
        self.strength = strength
        self.items: dict[str, tuple[Item, int]] = {}

    @staticmethod
    def _slots(item: Item, count: int) -> int:
        return -(-count // item.stack) * item.size

    @property
    def free(self) -> int:
        return self.slots - sum(self._slots(item, count) for item, count in self.items.values())

    @property
    def weight(self) -> float:
        return sum(item.weight * count for item, count in self.items.values())

    def put(self, item: Item, count: int = 1) -> int:
        known, have = self.items.get(item.name, (item, 0))
        if known != item:
            return count
        free = self.free + self._slots(item, have)
        weight = self.weight
        added = 0
        while (
            added < count
            and self._slots(item, have + added + 1) <= free
            and weight + item.weight * (added + 1) <= self.strength + 1e-9
        ):
            added += 1
        if added > 0:
            self.items[item.name] = (item, have + added)
        return count - added

    def take(self, name: str, count: int = 1) -> int:
        if name not in self.items:
            return 0
        item, have = self.items[name]
        taken = min(count, have)
        if taken == have:
            del self.items[name]
        else:
            self.items[name] = (item, have - taken)
        return taken

    def listing(self) -> list[str]:
        return [f"{count} {name}" for name, (_, count) in sorted(self.items.items())]
