"""What a fit goes by: one history as columns, its whole months, and the recurring flows that may be trusted."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean, pstdev

import numpy as np
from numpy.typing import NDArray

from tools.errors import TooShortError
from tools.ledger.category import CATEGORIES
from tools.ledger.features import Features, MonthFlow
from tools.ledger.flows import Flow, RecurringFlows, first_flows
from tools.ledger.history import History
from tools.ledger.movements import Movements, Part, movements_of
from tools.twin.calendar.payment_day import DAYS_PER_MONTH
from tools.twin.calendar.window import whole_months
from tools.twin.persona.prior import LEVEL_MONTHS

SHORTEST_DAYS = 21
LEAST_BOOKINGS = 2
#: As far as a season looks back.
LONGEST_MONTHS = 24
#: A level is the mean of the last six months, as in the features; of twelve where income swings so much that half a year may be
#: a season (spread above this share of the mean).
_LEVEL_WINDOW = 6
_VOLATILE_WINDOW = 12
_VOLATILE_CV = 0.3

Monthly = NDArray[np.int64]


@dataclass(frozen=True)
class Evidence:
    """One history, read for a fit.

    Attributes:
        months: the last whole months, at most twelve; `all_months` at most 24.
        span: months of history, counting part of a month while there is no whole one.
        spent: money out less money back by category, one value per month of `all_months`; without a whole month one value, which
            is what the days seen come to in a month.
        income: recurring income; `commitments` recurring bills, subscriptions and repayments, by contract or not.
    """

    history: History
    features: Features
    movements: Movements
    months: tuple[MonthFlow, ...]
    all_months: tuple[MonthFlow, ...]
    span: float
    spent: dict[str, Monthly]
    income: tuple[Flow, ...]
    commitments: tuple[Flow, ...]

    @cached_property
    def window(self) -> int:
        """How many of the last months a level is the mean of."""
        incomes = [month.income_minor for month in self.months]
        volatile = len(incomes) >= _LEVEL_WINDOW and pstdev(incomes) > _VOLATILE_CV * max(fmean(incomes), 1.0)
        return min(len(self.all_months), _VOLATILE_WINDOW if volatile else _LEVEL_WINDOW) or 1

    @property
    def first_month(self) -> int:
        """Calendar month (1 to 12) in which `all_months` begin."""
        return int(self.all_months[0].month[5:]) if self.all_months else self.history.as_of.month

    def paid(self, flow: Flow) -> Monthly:
        """What was paid to (or came from) one flow, on the same months as `spent`."""
        if not self.all_months:
            return np.array([round(sum(flow.amounts_minor) * _per_month(self.features))], dtype=np.int64)
        if not flow.dates:
            return np.full(len(self.all_months), round(flow.amount_minor * DAYS_PER_MONTH / flow.every_days), dtype=np.int64)
        totals = np.zeros(len(self.all_months), dtype=np.int64)
        first = _first_number(self.all_months)
        for day, amount in zip(flow.dates, flow.amounts_minor, strict=True):
            at = day.year * 12 + day.month - 1 - first
            if 0 <= at < len(totals):
                totals[at] += amount
        return totals


def evidence_of(history: History, features: Features) -> Evidence:
    """Read a history for a fit.

    Raises:
        TooShortError: less than three weeks of bookings, or a single one.
    """
    movements = movements_of(history)
    booked = sum(move.status == "booked" for move in movements.transactions)
    if features.days_of_history < SHORTEST_DAYS or features.first_booking_on is None:
        raise TooShortError(f"There are only {features.days_of_history} days of bookings. A forecast needs at least {SHORTEST_DAYS}.")
    if booked < LEAST_BOOKINGS:
        raise TooShortError(
            f"There is only one booking. A forecast needs at least {LEAST_BOOKINGS}, over {SHORTEST_DAYS} days or more; ask again then."
        )
    all_months = whole_months(features, LONGEST_MONTHS)
    months = all_months[-12:]
    early = _first_flows(movements) if len(months) < LEVEL_MONTHS else RecurringFlows((), (), ())
    return Evidence(
        history=history,
        features=features,
        movements=movements,
        months=months,
        all_months=all_months,
        span=float(len(months)) or features.days_of_history / DAYS_PER_MONTH,
        spent=_spent(movements, features, all_months),
        income=(*features.income, *early.income),
        commitments=tuple(
            flow
            for flow in (*features.commitments, *features.subscriptions, *early.commitments, *early.subscriptions)
            # Pay that was taken back is negative income, wherever a source files it.
            if flow.category not in CATEGORIES or CATEGORIES[flow.category].group != "income"
        ),
    )


def monthly_rate(evidence: Evidence, amount_minor: int) -> int:
    """What an amount seen over a history without a whole month comes to in a month."""
    return round(amount_minor * _per_month(evidence.features))


def _per_month(features: Features) -> float:
    return DAYS_PER_MONTH / max(features.days_of_history, 1)


def _first_number(months: tuple[MonthFlow, ...]) -> int:
    year, month = (int(part) for part in months[0].month.split("-"))
    return year * 12 + month - 1


def _first_flows(movements: Movements) -> RecurringFlows:
    return first_flows(
        each for each, own in zip(movements.transactions, movements.between_own, strict=True) if each.status == "booked" and not own
    )


def _spent(movements: Movements, features: Features, months: tuple[MonthFlow, ...]) -> dict[str, Monthly]:
    """Spending by category and month; their sum is the months' spending."""
    first, count = (_first_number(months), len(months)) if months else (0, 1)
    month = movements.month - first if months else np.zeros(len(movements.month), dtype=np.int64)
    inside = (movements.part == Part.SPENDING) & (movements.amount != 0) & (month >= 0) & (month < count)
    spent: dict[str, list[int]] = defaultdict(lambda: [0] * count)
    months_of, amounts = month.tolist(), movements.amount.tolist()
    for at in np.flatnonzero(inside).tolist():
        key = movements.transactions[at].category
        spent[key if key in CATEGORIES else "other"][months_of[at]] -= amounts[at]
    per_month = 1.0 if months else _per_month(features)
    return {key: np.rint(np.array(values) * per_month).astype(np.int64) for key, values in spent.items()}
