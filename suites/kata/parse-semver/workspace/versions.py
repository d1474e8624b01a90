def newest(versions: list[str]) -> str | None:
    return max(versions, default=None)
