"""What counts as trouble: the label of the bank's own model, in learning and in judging what came of its scores."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Protocol


class Movement(Protocol):
    """What of a booking says whether it is trouble; `tools.ledger.transaction.Transaction` and rows of the store have it."""

    @property
    def account_id(self) -> str:
        """The account."""
        ...

    @property
    def booked_on(self) -> date:
        """The day."""
        ...

    @property
    def category(self) -> str:
        """Key of the category."""
        ...

    @property
    def status(self) -> str:
        """`booked` or `failed`."""
        ...

    @property
    def balance_after_minor(self) -> int | None:
        """The balance that the bank reported with it; None where it reported none."""
        ...


def trouble_days(movements: Iterable[Movement], overdrafts: Mapping[str, int]) -> Iterator[date]:
    """Days with penalty interest, a debit that came back unpaid, or an everyday account below its agreed overdraft.

    Args:
        overdrafts: agreed overdraft in minor units by everyday account, 0 for none; other accounts may be below zero.
    """
    for move in movements:
        balance = move.balance_after_minor
        below = balance is not None and move.account_id in overdrafts and balance < -overdrafts[move.account_id]
        if below or move.status == "failed" or move.category == "penalty_interest":
            yield move.booked_on
