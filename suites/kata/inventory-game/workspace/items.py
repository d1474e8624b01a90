class Item:
    def __init__(self, name: str, weight: float):
        self.name = name
        self.weight = weight
