"""Running balances of an account, and where the bank's reported balances part from them.

The bank is right: where it reported a balance, the running balance takes it over, and the difference is recorded. Between two
reports the balance is the last one plus what was booked since. A failed movement moves no money.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from tools.ledger.account import Account
from tools.ledger.transaction import ReconciliationDifference, Transaction

Minor = NDArray[np.int64]


def running_balances(account: Account, transactions: Iterable[Transaction]) -> Minor:
    """Balance after each movement of `account` (others are skipped), in minor units and in the order given."""
    return _running(account, _booked_on_account(account, transactions))[0]


def reconcile(account: Account, transactions: Iterable[Transaction]) -> tuple[ReconciliationDifference, ...]:
    """Every movement of `account` after which the bank reported another balance than the running one, in the order given."""
    own = _booked_on_account(account, transactions)
    running, computed = _running(account, own)
    return tuple(
        ReconciliationDifference(
            account_id=account.id,
            transaction_id=own[at].id,
            booked_on=own[at].booked_on,
            computed_minor=int(computed[at]),
            reported_minor=int(running[at]),
            difference_minor=int(running[at] - computed[at]),
        )
        for at in np.flatnonzero(running != computed)
    )


def in_balance_order(transactions: Iterable[Transaction], opening_balance_minor: int | None = None) -> list[Transaction]:
    """Movements of one account, by day, and within a day in the order in which the reported balances follow each other.

    Sources list the movements of a day in any order; the reported balances tell which came first. Where they do not, the
    given order stays. With no opening balance, the first day starts with the movement that comes nearest to a start from zero.
    """
    by_day = sorted(transactions, key=lambda transaction: transaction.booked_on)
    ordered: list[Transaction] = []
    balance = opening_balance_minor or 0
    start = 0
    while start < len(by_day):
        end = start + 1
        while end < len(by_day) and by_day[end].booked_on == by_day[start].booked_on:
            end += 1
        for transaction in _chained(by_day[start:end], balance):
            ordered.append(transaction)
            balance = _after(balance, transaction)
        start = end
    return ordered


def _chained(day: list[Transaction], balance: int) -> list[Transaction]:
    if len(day) == 1 or any(transaction.balance_after_minor is None for transaction in day):
        return day
    left, chain = list(day), list[Transaction]()
    end = balance + sum(_moved(transaction) for transaction in day)
    while left:
        # Of several that fit, the one that reports the balance of the evening comes last: money out and back is a detour before it.
        gaps = [
            (abs(balance + _moved(transaction) - (transaction.balance_after_minor or 0)), transaction.balance_after_minor == end)
            for transaction in left
        ]
        chain.append(left.pop(gaps.index(min(gaps))))
        balance = _after(balance, chain[-1])
    return chain


def _moved(transaction: Transaction) -> int:
    return transaction.amount_minor if transaction.status == "booked" else 0


def _after(balance: int, transaction: Transaction) -> int:
    return balance + _moved(transaction) if transaction.balance_after_minor is None else transaction.balance_after_minor


def _booked_on_account(account: Account, transactions: Iterable[Transaction]) -> list[Transaction]:
    return [transaction for transaction in transactions if transaction.account_id == account.id]


def _running(account: Account, own: list[Transaction]) -> tuple[Minor, Minor]:
    """Running balance after each movement, and what it would be without the report at that very movement."""
    moved = np.array([_moved(transaction) for transaction in own], dtype=np.int64)
    summed = account.opening_balance_minor + np.cumsum(moved)
    # The last report so far decides by how much the plain sum is off; before the first one it is not.
    reported = np.array([transaction.balance_after_minor is not None for transaction in own], dtype=bool)
    offset = np.array([transaction.balance_after_minor or 0 for transaction in own], dtype=np.int64) - summed
    last_report = np.maximum.accumulate(np.where(reported, np.arange(len(own)), -1)) if own else np.zeros(0, dtype=np.int64)
    shift = np.where(last_report >= 0, offset[last_report], 0) if own else np.zeros(0, dtype=np.int64)
    running = summed + shift
    before = np.concatenate(([account.opening_balance_minor], running[:-1])) if own else running
    return running, before + moved
