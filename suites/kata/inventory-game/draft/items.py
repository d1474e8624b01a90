from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    name: str
    weight: float
    size: int = 1
    stack: int = 1

    def __post_init__(self) -> None:
        if self.weight < 0 or self.size < 0 or self.stack < 1:
            raise ValueError("weight and size are at least 0, a stack at least 1")
