"""Recurring flows: income, commitments and subscriptions read off the dates and amounts of a history.

Movements of one account with the same payee and category form a group. A group is a flow when at least three of its movements,
and at least 60 % of them, have about the median amount, and at least 60 % of the gaps between their days are near the median
gap: so one late salary, one bonus or one missed bill does not hide a flow. A flow that has not come for one and a half times its
usual gap has ended and is left out. A bill that came just twice, a year apart and for about the same amount, is a yearly one.

Some banks do not mark salaries (Berka). There, when nothing in the history is marked as salary or pension, the largest regular
transfer from one payer with a steady amount, weekly to monthly, is taken for the salary; the others are other income.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tools.ledger.categorise import normalised
from tools.ledger.category import CATEGORIES
from tools.ledger.money import rounded_minor
from tools.ledger.transaction import Transaction
from tools.value import Value

_LEAST_SEEN = 3
_LEAST_SHARE = 0.6
_SHORTEST_GAP = 6
_MONTHLY = range(27, 34)
_YEARLY = range(355, 377)
_YEARLY_TOLERANCE = 0.15
#: How many of its latest payments a flow carries: a year of weekly ones.
_MOST_KEPT = 60
_DAYS_PER_MONTH = 365.25 / 12
_INCOME = {"salary", "pension", "benefits", "business_income", "other_income"}
_REGULAR_KINDS = {"direct_debit", "standing_order"}
#: What is nearly always monthly, so that one sighting says what comes next; only `first_flows` trusts it.
_MONTHLY_BY_NATURE = {
    "salary", "pension", "benefits", "rent", "mortgage", "utilities", "council_tax", "insurance", "childcare", "phone_internet",
    "subscriptions", "loan_repayment", "card_repayment",
}  # fmt: skip


class Flow(Value):
    """A recurring movement: salary, rent, a subscription.

    Attributes:
        name: counterparty or description as the bank wrote it. Untrusted text.
        amount_minor: typical amount (median), positive.
        every_days: typical distance between two.
        day_of_month: usual day, for monthly flows.
        seen: how many times.
        last_on: the last time.
        dates: the days of its payments, oldest first (the latest 60), and `amounts_minor` what was paid then, positive.
    """

    name: str
    category: str
    account_id: str
    currency: str
    amount_minor: int
    every_days: int
    day_of_month: int | None
    seen: int
    last_on: date
    dates: tuple[date, ...] = ()
    amounts_minor: tuple[int, ...] = ()


@dataclass(frozen=True)
class RecurringFlows:
    """The recurring flows of one history, largest monthly amount first."""

    income: tuple[Flow, ...]
    commitments: tuple[Flow, ...]
    subscriptions: tuple[Flow, ...]


def recurring_flows(transactions: Iterable[Transaction], as_of: date) -> RecurringFlows:
    """The flows that still run on `as_of`, of booked movements up to it that are not between the customer's own accounts."""
    found: dict[str, list[Flow]] = defaultdict(list)
    for (kind, *_), group in _grouped(transactions).items():
        flow = _flow(kind, group, as_of) if len(group) >= _LEAST_SEEN else _yearly_flow(kind, group, as_of)
        if flow:
            found["commitment" if kind == "transfer_out" else kind].append(flow)
    income = found["income"] + _named_transfers(found["income"], found["transfer_in"])
    return RecurringFlows(_largest_first(income), _largest_first(found["commitment"]), _largest_first(found["subscription"]))


def first_flows(transactions: Iterable[Transaction]) -> RecurringFlows:
    """What a history of weeks lets one expect: movements seen once or twice in categories that are monthly by nature.

    Seen once, a flow is monthly; seen twice, its distance is the one seen. Meant for histories too short for three sightings.
    """
    found: dict[str, list[Flow]] = defaultdict(list)
    for (kind, _, category, _), group in _grouped(transactions).items():
        if category in _MONTHLY_BY_NATURE and len(group) < _LEAST_SEEN:
            flow = _first_flow(kind, sorted(group, key=_date_and_id))
            if flow:
                found[kind].append(flow)
    return RecurringFlows(_largest_first(found["income"]), _largest_first(found["commitment"]), _largest_first(found["subscription"]))


def _grouped(transactions: Iterable[Transaction]) -> dict[tuple[str, str, str, str], list[Transaction]]:
    groups: dict[tuple[str, str, str, str], list[Transaction]] = defaultdict(list)
    for transaction in transactions:
        kind = _kind_of(transaction)
        if kind:
            groups[(kind, transaction.account_id, transaction.category, payee_of(transaction))].append(transaction)
    return groups


def monthly_minor(flow: Flow) -> int:
    """What a flow comes to in a month: its amount where it is monthly, else its amount times 30.44 days over its distance."""
    if flow.day_of_month is not None:
        return flow.amount_minor
    return rounded_minor(flow.amount_minor * _DAYS_PER_MONTH / flow.every_days)


#: How far an amount may lie from the median, as a share of it. Bills vary with the season; what runs by itself does not.
_TOLERANCE = {"income": 0.35, "commitment": 0.35, "subscription": 0.15, "transfer_in": 0.35, "transfer_out": 0.05}


def _kind_of(transaction: Transaction) -> str | None:
    """Which kind of flow a movement could belong to; None for those that never form one."""
    if transaction.amount_minor > 0:
        if transaction.category in _INCOME:
            return "income"
        return "transfer_in" if transaction.category == "transfer_in" else None
    if transaction.category == "subscriptions":
        return "subscription"
    if transaction.category == "transfer_out":
        return "transfer_out"
    known = CATEGORIES.get(transaction.category)
    group = known.group if known else "discretionary"
    regular = transaction.operation in _REGULAR_KINDS and group not in {"saving", "transfer", "fees"}
    return "commitment" if regular or group in {"commitment", "credit"} else None


def payee_of(transaction: Transaction) -> str:
    """The other side of a movement, in a form that stays the same from one to the next: its account, or its name without numbers."""
    return transaction.counterparty_account or _without_numbers(transaction.counterparty or transaction.description)


@lru_cache(maxsize=16_384)
def _without_numbers(text: str) -> str:
    """The part of a text that stays the same from month to month: references and dates hold digits, names do not."""
    plain = normalised(text)
    return " ".join(word for word in plain.split() if not any(sign.isdigit() for sign in word)) or plain


def _flow(kind: str, group: Sequence[Transaction], as_of: date) -> Flow | None:
    amounts = np.array([abs(transaction.amount_minor) for transaction in group], dtype=np.int64)
    usual = float(np.median(amounts))
    near = np.abs(amounts - usual) <= _TOLERANCE[kind] * usual
    if near.sum() < max(_LEAST_SEEN, _LEAST_SHARE * len(group)):
        return None
    kept = sorted((transaction for transaction, holds in zip(group, near, strict=True) if holds), key=_date_and_id)
    days = np.unique(np.array([transaction.booked_on.toordinal() for transaction in kept], dtype=np.int64))
    every = _usual_gap(days)
    if every is None or as_of.toordinal() - int(days[-1]) > 1.5 * every + 5:
        return None
    return _flow_of(kept, rounded_minor(float(np.median(amounts[near]))), every, _is_monthly(days, every))


def _yearly_flow(kind: str, group: Sequence[Transaction], as_of: date) -> Flow | None:
    """A bill that came twice, about a year apart and for about the same amount."""
    if kind not in {"commitment", "subscription"} or len(group) != 2:
        return None
    first, last = sorted(group, key=_date_and_id)
    every = (last.booked_on - first.booked_on).days
    apart = abs(last.amount_minor - first.amount_minor)
    if every not in _YEARLY or (as_of - last.booked_on).days > _YEARLY[-1] or apart > _YEARLY_TOLERANCE * abs(last.amount_minor):
        return None
    return _flow_of([first, last], abs(last.amount_minor), every, monthly=False)


def _first_flow(kind: str, group: Sequence[Transaction]) -> Flow | None:
    last = group[-1]
    every = (last.booked_on - group[0].booked_on).days if len(group) == 2 else 30
    apart = abs(last.amount_minor - group[0].amount_minor)
    if not _SHORTEST_GAP <= every <= _MONTHLY[-1] or apart > _TOLERANCE[kind] * abs(last.amount_minor):
        return None
    return _flow_of(group, abs(last.amount_minor), every, monthly=every in _MONTHLY)


def _flow_of(payments: Sequence[Transaction], amount_minor: int, every: int, monthly: bool) -> Flow:
    last, kept = payments[-1], payments[-_MOST_KEPT:]
    return Flow(
        name=last.counterparty or last.description,
        category=last.category,
        account_id=last.account_id,
        currency=last.currency,
        amount_minor=amount_minor,
        every_days=every,
        day_of_month=_usual_day([payment.booked_on for payment in payments]) if monthly else None,
        seen=len(payments),
        last_on=last.booked_on,
        dates=tuple(payment.booked_on for payment in kept),
        amounts_minor=tuple(abs(payment.amount_minor) for payment in kept),
    )


def _date_and_id(transaction: Transaction) -> tuple[date, str]:
    return transaction.booked_on, transaction.id


def _usual_gap(days: NDArray[np.int64]) -> int | None:
    gaps = np.diff(days)
    if len(gaps) < _LEAST_SEEN - 1:
        return None
    every = float(np.median(gaps))
    # A payment that comes a third of its period late makes one gap longer and the next one shorter.
    near = np.abs(gaps - every) <= max(3.0, 0.35 * every)
    return round(every) if every >= _SHORTEST_GAP and near.mean() >= _LEAST_SHARE else None


def _is_monthly(days: NDArray[np.int64], every: int) -> bool:
    four_weekly = np.count_nonzero(np.diff(days) == 28) >= 0.75 * (len(days) - 1)
    return every in _MONTHLY and not four_weekly


def _usual_day(dates: Sequence[date]) -> int:
    """The day of the month nearest to all the others, where the 31st and the 1st are neighbours."""
    seen = np.array([day.day for day in dates], dtype=np.int64)
    apart = np.abs(seen[:, None] - seen)
    return int(seen[np.minimum(apart, 31 - apart).sum(axis=1).argmin()])


def _named_transfers(income: Sequence[Flow], transfers: Sequence[Flow]) -> list[Flow]:
    """Regular transfers in as income flows: the largest as salary where nothing is marked as one (see the module)."""
    marked = any(flow.category in {"salary", "pension"} for flow in income)
    named: list[Flow] = []
    for at, flow in enumerate(_largest_first(transfers)):
        is_salary = at == 0 and not marked and flow.every_days <= _MONTHLY[-1]
        named.append(flow.model_copy(update={"category": "salary" if is_salary else "other_income"}))
    return named


def _largest_first(flows: Iterable[Flow]) -> tuple[Flow, ...]:
    return tuple(sorted(flows, key=lambda flow: (-monthly_minor(flow), flow.account_id, flow.name)))
