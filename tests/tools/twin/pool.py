"""A pool of made-up accounts: they fill from nothing, earn every month, and spend towards a level of their own."""

from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from tools.ledger.transaction import Operation
from tools.twin.outlook.panel import AccountPanel, panel_from

START = date(2025, 1, 1)
UNTIL = date(2025, 12, 31)
LATER = date(2026, 3, 31)


class Booked(NamedTuple):
    """The bookings of one account as columns."""

    key: str
    days: list[int]
    amounts: list[int]
    operations: list[Operation]

    def panel(self, until: date = UNTIL, factor: int = 1) -> AccountPanel:
        amounts = [factor * amount for amount in self.amounts]
        made = panel_from(self.key, "GBP", self.days, amounts, np.cumsum(amounts).tolist(), self.operations, until)
        assert made is not None
        return made


def booked(number: int, until: date = LATER) -> Booked:
    """One account, opened in the first months; the same number gives the same bookings up to any day."""
    rng = np.random.default_rng(number)
    income = int(100_000 * np.exp(rng.normal(0, 0.5)))
    opened = START + timedelta(days=int(rng.integers(0, 120)))
    pay_day, level = int(rng.integers(1, 28)), float(rng.uniform(0.5, 3)) * income
    moves: list[tuple[int, int, Operation]] = [(opened.toordinal(), 50_000, "cash_in")]
    balance = 50_000
    for day in range(opened.toordinal() + 1, until.toordinal() + 1):
        spent = int(max(balance, 0) * income / level / 30 * rng.exponential())
        if date.fromordinal(day).day == pay_day:
            moves.append((day, income, "transfer_in"))
            balance += income
        if rng.random() < 0.3 and spent:
            moves.append((day, -3 * spent, "cash_out" if rng.random() < 0.5 else "transfer_out"))
            balance -= 3 * spent
    days, amounts, operations = zip(*moves, strict=True)
    return Booked(str(number), list(days), list(amounts), list(operations))


def pool(accounts: int = 40, until: date = UNTIL, factor: int = 1) -> list[AccountPanel]:
    """Panels of accounts 1 to `accounts`."""
    return [booked(number).panel(until, factor) for number in range(1, accounts + 1)]
