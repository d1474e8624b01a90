from accounts import Account


class Ledger:
    def __init__(self):
        self.accounts: dict[str, Account] = {}
