"""One account as a panel: daily balances and flows, measured as of past days without looking ahead.

Everything here is free of currency: money is counted in minor units of whatever the account holds, and the outlook divides by a
scale of the account. What is measured as of a day uses that day and earlier ones only, so the same code serves the past origins
that a model learns from and the present that it forecasts.
"""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from tools.ledger.history import History
from tools.ledger.movements import daily_balances, movements_of
from tools.ledger.transaction import Operation

Minor = NDArray[np.int64]
Real = NDArray[np.float64]

DAYS_A_MONTH = 30.4375
#: How far back a level or a flow is measured: what an account did longer ago says little about its habits.
BACK_MONTHS = 12
_YEAR, _QUARTER, _MONTH = 365, 91, 31
#: Money columns of `measure`, in minor units (flows per month), then the plain ones.
MONEY = (
    "balance", "level", "median", "recent", "low_month", "low_quarter", "high", "last_change", "change_sum", "income", "net", "windfall",
    "cash_in", "other_in", "cash_out", "other_out",
)  # fmt: skip
PLAIN = ("age", "changes", "bookings", "cash_days", "credit_days")
COLUMNS = (*MONEY, *PLAIN)
_CASH: frozenset[Operation] = frozenset({"cash_in", "cash_out"})


@dataclass(frozen=True, eq=False)
class AccountPanel:
    """One account (or a customer's current accounts together) by day, from the first booking to the cutoff.

    Attributes:
        key: how the caller knows it.
        currency: label by which an account is compared with the pool in size; empty where that is not known.
        first_day: ordinal of the first booking.
        balance: at the end of each day, minor units, shape (days,).
        flows: what came and went each day, minor units and never negative, shape (4, days): cash in, other money in, cash out,
            other money out. Interest is in the balance only: it follows from it.
        bookings: number of bookings each day, shape (days,).
    """

    key: str
    currency: str
    first_day: int
    balance: Minor
    flows: Minor
    bookings: Minor

    @property
    def last_day(self) -> int:
        """Ordinal of the cutoff."""
        return self.first_day + len(self.balance) - 1


def panel_from(
    key: str,
    currency: str,
    days: Sequence[int],
    amounts: Sequence[int],
    balances: Sequence[int],
    operations: Sequence[Operation],
    until: date,
) -> AccountPanel | None:
    """A panel from the bookings of one account, or None when there is none by `until`.

    Args:
        key: how the caller knows the account.
        currency: of the account.
        days: ordinals of the booking dates, ascending; later ones than `until` are left out.
        amounts: signed minor units that moved.
        balances: balance after each booking, minor units.
        operations: kind of each booking; cash is told apart and interest is left out of the flows.
        until: cutoff, the last day of the panel.
    """
    known = int(np.searchsorted(np.asarray(days, dtype=np.int64), until.toordinal(), side="right"))
    if not known:
        return None
    day = np.asarray(days[:known], dtype=np.int64)
    span = np.arange(int(day[0]), until.toordinal() + 1)
    balance = np.asarray(balances[:known], dtype=np.int64)[np.searchsorted(day, span, side="right") - 1]
    return _panel(key, currency, day, np.asarray(amounts[:known], dtype=np.int64), operations[:known], balance)


def panel_of(history: History) -> AccountPanel | None:
    """The current accounts of a customer together, or None when nothing is booked. Moves between own accounts are no flow."""
    movements = movements_of(history)
    if not len(movements.day):
        return None
    balance = daily_balances(movements, ("current", "business"), int(movements.day[0]))
    amounts = np.where(movements.between_own | movements.on_savings, 0, movements.amount)
    operations: tuple[Operation, ...] = tuple(each.operation for each in movements.transactions)
    return _panel(history.customer.id, movements.currency, movements.day, amounts, operations, balance)


def _panel(key: str, currency: str, day: Minor, amounts: Minor, operations: Sequence[Operation], balance: Minor) -> AccountPanel:
    cash = np.array([operation in _CASH for operation in operations])
    flowing = np.where([operation == "interest" for operation in operations], 0, amounts)
    flows = np.zeros((4, len(balance)), dtype=np.int64)
    bookings = np.zeros(len(balance), dtype=np.int64)
    np.add.at(flows, (np.where(flowing > 0, 0, 2) + ~cash, day - day[0]), np.abs(flowing))
    np.add.at(bookings, day - day[0], 1)
    return AccountPanel(key=key, currency=currency, first_day=int(day[0]), balance=balance, flows=flows, bookings=bookings)


def month_step(day: date, months: int, anchor: date | None = None) -> date:
    """The day that many calendar months later (earlier if negative): same day of the month, month end to month end.

    `anchor` gives the day of the month where `day` was itself shortened by a short month.
    """
    wanted = anchor or day
    at_end = wanted.day == monthrange(wanted.year, wanted.month)[1]
    month = day.year * 12 + day.month - 1 + months
    last = monthrange(month // 12, month % 12 + 1)[1]
    return date(month // 12, month % 12 + 1, last if at_end else min(wanted.day, last))


def steps_back(days: Sequence[int], months: int = BACK_MONTHS) -> Minor:
    """Ordinals of 0 .. `months` calendar months before each day, shape (days, months + 1)."""
    return np.array([[month_step(date.fromordinal(day), -back).toordinal() for back in range(months + 1)] for day in days], dtype=np.int64)


def measure(panel: AccountPanel, days: Sequence[int], steps: Minor | None = None) -> Real:
    """What is known of the account as of each of these days, shape (days, COLUMNS); no later day is looked at.

    `steps` are `steps_back(days)`, where a caller measures many panels on the same days. Every day must be in the panel.
    """
    at = np.asarray(days, dtype=np.int64) - panel.first_day
    back = (steps_back(days) if steps is None else steps) - panel.first_day
    steps_known = (back >= 0).sum(axis=1)
    balances = np.where(back >= 0, panel.balance[np.maximum(back, 0)], np.nan)
    first, second = balances[:, 0], np.where(steps_known > 1, balances[:, 1], balances[:, 0])
    settled = balances.copy()  # without the oldest step: an account starts near nothing, and that is no level
    several = np.flatnonzero(steps_known > 1)
    settled[several, steps_known[several] - 1] = np.nan
    cash_in, other_in, cash_out, other_out = (_per_month(flow, at, _QUARTER) for flow in panel.flows)
    credits = panel.flows[:2].sum(axis=0)
    columns = {
        "balance": first,
        "level": np.nanmean(settled, axis=1),
        "median": np.nanmedian(balances, axis=1),
        "recent": np.nanmean(balances[:, :3], axis=1),
        "low_month": _lowest(panel.balance, at, _MONTH),
        "low_quarter": _lowest(panel.balance, at, _QUARTER),
        "high": np.nanmax(balances, axis=1),
        "last_change": first - second,
        "change_sum": np.nansum(np.abs(np.diff(balances, axis=1)), axis=1),
        "income": _per_month(credits, at, _YEAR),
        "net": cash_in + other_in - cash_out - other_out,
        "windfall": _windfall(credits, at),
        "cash_in": cash_in,
        "other_in": other_in,
        "cash_out": cash_out,
        "other_out": other_out,
        "age": np.minimum((at + 1) / DAYS_A_MONTH, 2.0 * BACK_MONTHS),
        "changes": steps_known - 1.0,
        "bookings": _per_month(panel.bookings, at, _YEAR),
        "cash_days": _per_month((panel.flows[2] > 0).astype(np.int64), at, _QUARTER),
        "credit_days": _per_month((credits > 0).astype(np.int64), at, _YEAR),
    }
    return np.column_stack([columns[name] for name in COLUMNS])


def _sums(values: Minor, start: Minor, end: Minor) -> Minor:
    total = np.concatenate(([0], np.cumsum(values)))
    return total[np.maximum(end, 0)] - total[np.maximum(start, 0)]


def _per_month(values: Minor, at: Minor, window: int) -> Real:
    """Sum of the last `window` days (or since the first), per month of that time."""
    start = np.maximum(at - window + 1, 0)
    return _sums(values, start, at + 1) / (at + 1 - start) * DAYS_A_MONTH


def _lowest(balance: Minor, at: Minor, window: int) -> Real:
    return np.array([balance[max(end - window + 1, 0) : end + 1].min() for end in at], dtype=np.float64)


def _windfall(credits: Minor, at: Minor) -> Real:
    """Credits of the last 31 days above (below: negative) the median of up to five such months before; the first deposit is no income."""
    earned = credits.copy()
    earned[0] = 0
    last = _sums(earned, at + 1 - _MONTH, at + 1).astype(np.float64)
    before = np.full((len(at), 5), np.nan)
    for month in range(5):
        end = at + 1 - _MONTH * (month + 1)
        whole = end - _MONTH >= 0
        before[whole, month] = _sums(earned, end[whole] - _MONTH, end[whole])
    known = ~np.isnan(before[:, 0])
    usual = last.copy()
    usual[known] = np.nanmedian(before[known], axis=1)
    return last - usual
