"""The demo bank's life after its business date, day by day: the same people, habits and seed, and new luck."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby

from server.demo.bank import AS_OF, PEOPLE, demo_bank
from server.demo.case import read_case
from server.demo.login import demo_table
from tools.errors import UsageError
from tools.ledger.transaction import Transaction
from tools.population.bank import GeneratedBank

#: Last bookings that have to be the stored ones before a life goes on.
COMPARED = 100


def customers_of(numbers: Iterable[int]) -> int:
    """How many customers the demo bank was made with, from the numbers that are stored: the crowd is numbered without gaps."""
    stored, number = set(numbers), int(demo_table()["first_number"])
    named = {read_case(file).customer.number for file in PEOPLE.glob("*.toml")}
    crowd = 0
    while number in stored:
        crowd += number not in named
        number += 1
    return crowd + len(named)


def longer_bank(customers: int, until: date, seed: int | None = None) -> GeneratedBank:
    """The demo bank with its bookings up to `until`."""
    return demo_bank(seed=seed, customers=customers, days_beyond=max((until - AS_OF).days, 0))


def last_bookings(bank: GeneratedBank) -> list[Transaction]:
    """Some of the bookings that the demo bank was seeded with, the newest: whoever has them has the same bank."""
    return sorted((move for move in bank.transactions if move.booked_on <= AS_OF), key=lambda move: (move.booked_on, move.id))[-COMPARED:]


def later_days(bank: GeneratedBank, since: date) -> Iterator[tuple[Transaction, ...]]:
    """The bookings of each day from `since` on, in the order of time."""
    later = [move for move in bank.transactions if move.booked_on >= since]
    later.sort(
        key=lambda move: (move.booked_on, move.booked_at is not None and move.booked_at.isoformat(), move.account_id, move.external_id)
    )
    for _, moves in groupby(later, key=lambda move: move.booked_on):
        yield tuple(moves)


def require_same(expected: Iterable[Transaction], stored: Iterable[tuple[str, int, int | None]]) -> None:
    """Raise UsageError (`other_bank`) unless the stored rows (id, amount, balance after it) are the expected bookings."""
    held = {row[0]: row for row in stored}
    for move in expected:
        if held.get(move.id) != (move.id, move.amount_minor, move.balance_after_minor):
            raise UsageError(
                "The demo bank here was not made with this seed, so its life cannot go on from it. Give the seed that it was made with: --seed N.",
                code="other_bank",
            )
