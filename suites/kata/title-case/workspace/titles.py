def title_case(text: str) -> str:
    raise NotImplementedError
