"""Units of the kitchen.

An amount is written by `write`. The best unit of a kind is the largest in which the amount is at least 1; if there is
none, the smallest. `cup` and `tbsp` are only ever used when the recipe used one of the two itself.
Amounts may be written as fractions: `1/2 tsp`.
"""

# unit: (kind, size in the kind's base)
UNITS = {
    "g": ("mass", 1),
    "kg": ("mass", 1000),
    "ml": ("volume", 1),
    "l": ("volume", 1000),
    "tsp": ("spoon", 5),
    "tbsp": ("spoon", 15),
    "cup": ("spoon", 240),
}


def write(amount: float) -> str:
    """At most two decimals, without zeros at the end."""
    return f"{amount:.2f}".rstrip("0").rstrip(".")
