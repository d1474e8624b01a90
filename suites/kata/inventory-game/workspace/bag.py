from items import Item


class Bag:
    def __init__(self, slots: int):
        self.slots = slots
        self.items: list[Item] = []

    def put(self, item: Item) -> int:
        if len(self.items) >= self.slots:
            return 1
        self.items.append(item)
        return 0

    def listing(self) -> list[str]:
        return [item.name for item in self.items]
