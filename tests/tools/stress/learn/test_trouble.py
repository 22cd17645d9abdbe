"""What counts as trouble, one sign at a time."""

from dataclasses import dataclass
from datetime import date

import pytest

from tools.stress.learn.trouble import trouble_days

DAY = date(2027, 3, 1)


@dataclass(frozen=True)
class Move:
    account_id: str = "current"
    booked_on: date = DAY
    category: str = "groceries"
    status: str = "booked"
    balance_after_minor: int | None = 100


@pytest.mark.parametrize(
    ("move", "is_trouble"),
    [
        (Move(), False), (Move(status="failed"), True), (Move(category="penalty_interest"), True), (Move(balance_after_minor=-1), True),
        (Move(balance_after_minor=0), False), (Move(balance_after_minor=None), False),
        (Move(account_id="agreed", balance_after_minor=-50_000), False), (Move(account_id="agreed", balance_after_minor=-50_001), True),
        (Move(account_id="card", balance_after_minor=-90_000), False),
    ],
)  # fmt: skip
def test_one_booking(move: Move, is_trouble: bool):
    assert list(trouble_days([move], {"current": 0, "agreed": 50_000})) == ([DAY] if is_trouble else [])
