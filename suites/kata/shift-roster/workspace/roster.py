def paid_minutes(roster: str) -> dict[str, int]:
    raise NotImplementedError
