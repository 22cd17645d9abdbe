"""Charges worth a second look: one that is unusually large, and one that was taken again.

Both are looked for among the bookings of the last two weeks only: what is older was seen. Thresholds follow the customer's own
month, so that they hold in every currency and for every income.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from statistics import median
from typing import Any, Literal

import numpy as np

from tools.ledger.category import CATEGORIES
from tools.ledger.features import Features
from tools.ledger.flows import payee_of
from tools.ledger.history import History
from tools.ledger.movements import Part, movements_of
from tools.ledger.transaction import Transaction
from tools.twin.insight.insight import Insight, insight

RECENT_DAYS = 14
#: Two charges of the same amount at the same payee count as one taken twice up to this distance.
DUPLICATE_DAYS = 3
#: A charge below this part of a month (income or spending, whichever is more) is not asked about.
_SMALLEST_DUPLICATE = 0.01
_SMALLEST_EXCESS = 0.05
#: Median absolute deviation to standard deviation of a normal (Rousseeuw and Croux 1993).
_TO_SPREAD = 1.4826
#: At a payee: at least so many earlier charges, and robust z and multiple of the median from which a charge is unusual.
_LEAST_AT_PAYEE, _Z_AT_PAYEE, _TIMES_AT_PAYEE = 5, 6.0, 2.0
#: In a category, on logarithms, because prices in one differ by factors; and larger than everything before.
_LEAST_IN_CATEGORY, _Z_IN_CATEGORY, _SHARE_OF_MONTH = 12, 3.5, 0.15
_SMALLEST_LOG_SPREAD = 0.25
#: The same payee took about as much about a year ago, or the year has other large charges of it: a yearly bill, not a surprise.
_YEARLY_DAYS, _YEARLY_TOLERANCE = range(330, 401), 0.30
#: Money that is moved rather than paid for something, and cash, which comes in whatever sums one takes out.
_NOT_CHARGES = frozenset({"saving", "transfer", "credit", "income"})


@dataclass(frozen=True)
class _Charge:
    """One booked payment for something: to whom, and how much."""

    move: Transaction
    payee: str
    amount: int


def charge_insights(history: History, features: Features) -> tuple[Insight, ...]:
    """Unusual and duplicate charges of the last two weeks; a duplicate is not called unusual too."""
    scale = max(features.spending_monthly_minor, features.income_monthly_minor)
    if scale <= 0:
        return ()
    charges, refunds = _charges(history)
    doubled = tuple(
        insight(history, features, "duplicate_charge", "medium", *pair, transactions=pair, **_figures(second))
        for first, second in _duplicates(charges, refunds, features, scale)
        for pair in [(first.move.id, second.move.id)]
    )
    named = {identity for one in doubled for identity in one.transactions}
    unusual = tuple(
        insight(
            history,
            features,
            "unusual_charge",
            "medium",
            charge.move.id,
            transactions=(charge.move.id,),
            before_minor=usual,
            basis=basis,
            **_figures(charge),
        )
        for charge, usual, basis in _unusual(charges, features, scale)
        if charge.move.id not in named
    )
    return (*doubled, *unusual)


def _charges(history: History) -> tuple[list[_Charge], list[Transaction]]:
    """Payments for something, oldest first, and money that came back."""
    movements = movements_of(history)
    charges: list[_Charge] = []
    refunds: list[Transaction] = []
    for move, part in zip(movements.transactions, movements.part, strict=True):
        if move.status != "booked":
            continue
        if move.amount_minor > 0:
            refunds.append(move)
        elif part == Part.SPENDING and _is_charge(move):
            charges.append(_Charge(move, payee_of(move), -move.amount_minor))
    charges.sort(key=lambda charge: (charge.move.booked_on, charge.move.id))
    return charges, refunds


def _is_charge(move: Transaction) -> bool:
    known = CATEGORIES.get(move.category)
    group = known.group if known else "discretionary"
    return bool(move.amount_minor) and group not in _NOT_CHARGES and move.category != "cash" and move.operation != "cash_out"


def _duplicates(
    charges: Sequence[_Charge], refunds: Sequence[Transaction], features: Features, scale: int
) -> Iterator[tuple[_Charge, _Charge]]:
    groups: dict[tuple[str, str, int], list[_Charge]] = defaultdict(list)
    for charge in charges:
        if charge.payee and charge.amount >= _SMALLEST_DUPLICATE * scale:
            groups[(charge.move.account_id, charge.payee, charge.amount)].append(charge)
    since = features.as_of - timedelta(days=RECENT_DAYS)
    for group in groups.values():
        near = [pair for pair in pairwise(group) if _days_between(*pair) <= DUPLICATE_DAYS]
        # Who pays the same sum there again and again within days does so on purpose.
        if len(near) != 1 or near[0][1].move.booked_on <= since:
            continue
        first, second = near[0]
        if not any(_gives_back(refund, second) for refund in refunds):
            yield first, second


def _days_between(first: _Charge, second: _Charge) -> int:
    return (second.move.booked_on - first.move.booked_on).days


def _gives_back(refund: Transaction, charge: _Charge) -> bool:
    return refund.amount_minor == charge.amount and payee_of(refund) == charge.payee and refund.booked_on >= charge.move.booked_on


def _unusual(charges: Sequence[_Charge], features: Features, scale: int) -> Iterator[tuple[_Charge, int, Literal["payee", "category"]]]:
    since = features.as_of - timedelta(days=RECENT_DAYS)
    at_payee: dict[str, list[_Charge]] = defaultdict(list)
    in_category: dict[str, list[_Charge]] = defaultdict(list)
    for charge in charges:
        if charge.move.booked_on > since and not _came_a_year_ago(charge, at_payee[charge.payee]):
            known_here = len(at_payee[charge.payee]) >= _LEAST_AT_PAYEE
            here, there = at_payee[charge.payee], in_category[charge.move.category]
            usual = _usual_at_payee(charge, here, scale) if known_here else _usual_in_category(charge, there, scale)
            if usual is not None:
                yield charge, usual, "payee" if known_here else "category"
        at_payee[charge.payee].append(charge)
        in_category[charge.move.category].append(charge)


def _came_a_year_ago(charge: _Charge, before: Sequence[_Charge]) -> bool:
    return any(
        _days_between(other, charge) in _YEARLY_DAYS and abs(other.amount - charge.amount) <= _YEARLY_TOLERANCE * charge.amount
        for other in before
    )


def _usual_at_payee(charge: _Charge, before: Sequence[_Charge], scale: int) -> int | None:
    """The median charge of this payee, when the charge is far beyond; None when it is not."""
    amounts = [other.amount for other in before]
    usual = median(amounts)
    spread = max(_TO_SPREAD * median(abs(amount - usual) for amount in amounts), 0.1 * usual)
    excess = charge.amount - usual
    unusual = (
        excess >= _Z_AT_PAYEE * spread
        and charge.amount >= _TIMES_AT_PAYEE * usual
        and excess >= _SMALLEST_EXCESS * scale
        and charge.amount > max(amounts)
    )
    return round(usual) if unusual else None


def _usual_in_category(charge: _Charge, before: Sequence[_Charge], scale: int) -> int | None:
    """The median charge of the category, when the charge is far beyond all earlier ones there; None when it is not."""
    if len(before) < _LEAST_IN_CATEGORY or charge.amount < _SHARE_OF_MONTH * scale:
        return None
    logs = np.log(np.array([other.amount for other in before], dtype=np.float64))
    middle = float(np.median(logs))
    spread = max(_TO_SPREAD * float(np.median(np.abs(logs - middle))), _SMALLEST_LOG_SPREAD)
    unusual = np.log(charge.amount) - middle >= _Z_IN_CATEGORY * spread and charge.amount > max(other.amount for other in before)
    return round(median(other.amount for other in before)) if unusual else None


def _figures(charge: _Charge) -> dict[str, Any]:
    move = charge.move
    return {"on": move.booked_on, "amount_minor": charge.amount, "category": move.category, "name": move.counterparty or move.description}
