"""The movements of one history as columns, in its main currency, each with the part it plays: the arrays that features are made of."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from tools.ledger.account import Account
from tools.ledger.category import CATEGORIES, Category
from tools.ledger.history import History
from tools.ledger.reconcile import running_balances
from tools.ledger.transaction import Transaction

#: ISO 4217 for "no currency": a history without accounts has none.
NO_CURRENCY = "XXX"
Column = NDArray[np.int64]
Mask = NDArray[np.bool_]


class Part(IntEnum):
    """What a movement counts as. Money moved between own accounts is put aside, or cancels out when both ends are seen."""

    INCOME = 0
    SPENDING = 1
    SAVING = 2
    REPAYMENT = 3


@dataclass(frozen=True)
class Movements:
    """Movements in one currency up to `as_of`, by day; every column has one entry per transaction.

    Attributes:
        amount: signed minor units that moved; 0 for a failed movement.
        day: ordinal of the booking date.
        month: year * 12 + month - 1.
        part: see `Part`.
        on_savings: booked on a savings account.
        between_own: one end of a transfer between the customer's own accounts.
    """

    currency: str
    as_of: date
    accounts: tuple[Account, ...]
    transactions: tuple[Transaction, ...]
    amount: Column
    day: Column
    month: Column
    part: Column
    on_savings: Mask
    between_own: Mask


def bookings_by_currency(history: History) -> dict[str, int]:
    """How many movements the history has in each currency; all but the main one are left out of its features."""
    counted = Counter(transaction.currency for transaction in history.transactions if transaction.booked_on <= history.as_of)
    return dict(sorted(counted.items()))


def main_currency(history: History) -> str:
    """The currency with most movements, else of most accounts; the first of the alphabet where several have as many."""
    counts = bookings_by_currency(history) or Counter(account.currency for account in history.accounts)
    return min(counts, key=lambda currency: (-counts[currency], currency), default=NO_CURRENCY)


def movements_of(history: History) -> Movements:
    """The columns of a history. What is later than its business date or in another currency is left out."""
    currency, as_of = main_currency(history), history.as_of
    accounts = tuple(account for account in history.accounts if account.currency == currency and account.opened_on <= as_of)
    known = {account.id: account for account in accounts}
    kept = [each for each in history.transactions if each.account_id in known and each.currency == currency and each.booked_on <= as_of]
    kept.sort(key=lambda transaction: transaction.booked_on)
    between_own = _between_own(kept, accounts)
    return Movements(
        currency=currency,
        as_of=as_of,
        accounts=accounts,
        transactions=tuple(kept),
        amount=_column(each.amount_minor if each.status == "booked" else 0 for each in kept),
        day=_column(each.booked_on.toordinal() for each in kept),
        month=_column(each.booked_on.year * 12 + each.booked_on.month - 1 for each in kept),
        part=_column(Part.SAVING if own else _part(each) for each, own in zip(kept, between_own, strict=True)),
        on_savings=np.array([known[each.account_id].kind == "savings" for each in kept], dtype=bool),
        between_own=np.array(between_own, dtype=bool),
    )


def daily_balances(movements: Movements, kinds: Iterable[str], first_day: int) -> Column:
    """Sum of the balances of the accounts of these kinds at the end of each day, from `first_day` to the business date."""
    days = np.arange(first_day, movements.as_of.toordinal() + 1)
    total = np.zeros(len(days), dtype=np.int64)
    wanted = set(kinds)
    for account in movements.accounts:
        if account.kind in wanted:
            own = [transaction for transaction in movements.transactions if transaction.account_id == account.id]
            booked = _column(transaction.booked_on.toordinal() for transaction in own)
            balances = np.concatenate(([account.opening_balance_minor], running_balances(account, own)))
            total += balances[np.searchsorted(booked, days, side="right")]
    return total


def _column(values: Iterable[int]) -> Column:
    return np.fromiter(values, dtype=np.int64)


def _part_when(category: Category, incoming: bool) -> Part:
    if category.group == "saving" or category.key == "internal_transfer":
        return Part.SAVING
    if category.group == "credit":
        return Part.REPAYMENT
    if category.key == "refunds":
        return Part.SPENDING
    if category.group == "income":
        return Part.INCOME
    # Cash paid in and money from others is income; money back from a shop is less spending.
    is_income = incoming and (category.group == "transfer" or category.key in {"cash", "other"})
    return Part.INCOME if is_income else Part.SPENDING


_PART = {(category.key, incoming): _part_when(category, incoming) for category in CATEGORIES.values() for incoming in (True, False)}


def part_of(category_key: str, incoming: bool) -> Part:
    """What a movement of this category counts as; an unknown category counts as `other`."""
    return _PART.get((category_key, incoming), _PART["other", incoming])


def _part(transaction: Transaction) -> Part:
    return part_of(transaction.category, transaction.amount_minor > 0)


def _between_own(transactions: list[Transaction], accounts: tuple[Account, ...]) -> list[bool]:
    """Marks both ends of transfers between own accounts.

    By their category, by an own account as counterparty, or as a pair: the same amount out of one own account and into another,
    both transfers, on the same or the next day.
    """
    own_numbers = {number: account.id for account in accounts for number in (account.id, account.external_id, account.iban) if number}
    marked = [
        transaction.category == "internal_transfer"
        or own_numbers.get(transaction.counterparty_account or "", transaction.account_id) != transaction.account_id
        for transaction in transactions
    ]
    if len(accounts) > 1:
        _mark_pairs(transactions, marked)
    return marked


def _mark_pairs(transactions: list[Transaction], marked: list[bool]) -> None:
    waiting: dict[tuple[int, int], list[int]] = {}
    for at, transaction in enumerate(transactions):
        movable = transaction.category in {"transfer_in", "transfer_out", "saving"} and transaction.status == "booked"
        if not movable or marked[at]:
            continue
        day = transaction.booked_on.toordinal()
        partner = _partner(waiting, transactions, at, day)
        if partner is None:
            waiting.setdefault((day, transaction.amount_minor), []).append(at)
        else:
            marked[at] = marked[partner] = True


def _partner(waiting: dict[tuple[int, int], list[int]], transactions: list[Transaction], at: int, day: int) -> int | None:
    transaction = transactions[at]
    for earlier in (day, day - 1):
        for other in waiting.get((earlier, -transaction.amount_minor), []):
            if transactions[other].account_id != transaction.account_id:
                waiting[(earlier, -transaction.amount_minor)].remove(other)
                return other
    return None
