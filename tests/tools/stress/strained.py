"""Customers in and out of trouble, and their status."""

from datetime import date, timedelta
from typing import Any

from tests.tools.builders import AS_OF, booking, history, steady
from tools.ledger.features import features_of
from tools.ledger.transaction import Transaction
from tools.stress.score import StressStatus, stress_status


def status_of(moves: list[Transaction], **changes: Any) -> StressStatus:
    """The stress status of a customer with these bookings."""
    one = history(moves, **changes)
    return stress_status(one, features_of(one))


def troubled(since: date, until: date = AS_OF) -> list[Transaction]:
    """Steady until `since`; then no salary, three bounced debits a month and lending apps."""
    moves = [move for move in steady(months=12, as_of=until) if move.category != "salary" or move.booked_on < since]
    day = since
    while day < until:
        moves += [booking(day, -60, "utilities", status="failed", number=f"f{day}"), booking(day, 40, "lending_apps", number=f"l{day}")]
        moves.append(booking(day, -1100, "shopping", number=f"s{day}"))
        day += timedelta(days=10)
    return moves


def tight() -> list[Transaction]:
    """A year in which all that comes in goes out, with little on the account."""
    return [*steady(), *(booking(AS_OF - timedelta(days=day), -230, "shopping", number=f"s{day}") for day in range(3, 365, 7))]


def bounced() -> list[Transaction]:
    """A tight year at the end of which ten debits failed."""
    return [*tight(), *(booking(date(2027, 3, day), -50, "utilities", status="failed") for day in range(1, 29, 3))]
