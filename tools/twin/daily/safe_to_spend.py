"""How much can be spent until the next pay day, with everything that is due in the meantime paid."""

from datetime import date
from math import ceil, floor
from typing import Literal

import numpy as np

from tools.ledger.money import rounded_minor
from tools.twin.calendar.payment_day import DAYS_PER_MONTH, month_step
from tools.twin.daily.daily import MOST_DAYS, PATHS, SEED, Days, Money, bills_until, next_pay_day, simulate_days, size_of
from tools.twin.daily.daily_scale import DailyScale
from tools.twin.twin import Twin
from tools.value import Value

#: In this part of all paths the money must be enough.
SURE_IN = 0.9
#: Kept back beside zero: this part of a mean month's spending, about three days of it.
BUFFER_SHARE = 0.10
#: A late pay day is waited for this many spreads of its lateness: that covers 9 of 10.
_LATE_SPREADS = 1.28

Until = Literal["pay_day", "month_end"]
Outcome = Literal["ok", "only_without_buffer", "nothing_safe"]


class SafeToSpend(Value):
    """What can be spent from tomorrow until the day before the next pay day (or until the end of the month where none is known).

    An overdraft is not counted as money to spend, income without a pay day is not counted on, and everyday spending is not counted
    as spent: groceries come out of this sum.

    Attributes:
        until: the pay day, or the last day of the month; `days` from `as_of` until then.
        amount_minor: so that the balance stays at or above zero in 9 of 10 paths; 0 when nothing is safe.
        buffered_minor: the same with `buffer_minor` kept; 0 when that is not possible.
        short_minor: how much is missing for what is due, in 9 of 10 paths; 0 unless nothing is safe.
        due_minor: commitments and instalments expected until then; `due` how many.
        expected_minor: income expected before that day.
        usual_minor: what is usually spent in as many days.
        per_day_minor: `amount_minor` shared out evenly.
        outcome: `only_without_buffer` when something is safe but not with the buffer.
    """

    customer_id: str
    as_of: date
    currency: str
    until: date
    until_kind: Until
    days: int
    balance_minor: int
    amount_minor: int
    buffer_minor: int
    buffered_minor: int
    short_minor: int
    due_minor: int
    due: int
    expected_minor: int
    usual_minor: int
    per_day_minor: int
    sure_in: float = SURE_IN
    outcome: Outcome


def safe_to_spend(twin: Twin, paths: int = PATHS, seed: int = SEED, scale: DailyScale | None = None) -> SafeToSpend:
    """What is left of the balance after everything due, on the tightest day, in 9 of 10 simulated paths.

    With a `scale` it is what was left in 9 of 10 past cases, where that is less.
    """
    until, kind, _ = _until(twin)
    found, left = _left(twin, paths, seed)
    low, middle = (int(minor) for minor in np.percentile(left, (100 * (1 - SURE_IN), 50), method="inverted_cdf"))
    days = max((until - twin.as_of).days, 1)
    sure = floor(scale.sure_left(middle, low, size_of(twin), days)) if scale else low
    buffer = rounded_minor(BUFFER_SHARE * twin.spending_level_minor)
    # What is due on the pay day itself is paid from the pay.
    due = [bill for bill in bills_until(twin, until) if bill.on < until or kind == "month_end"]
    outcome: Outcome = "nothing_safe" if sure <= 0 else ("only_without_buffer" if sure <= buffer else "ok")
    return SafeToSpend(
        customer_id=twin.customer_id,
        as_of=twin.as_of,
        currency=twin.currency,
        until=until,
        until_kind=kind,
        days=days,
        balance_minor=twin.balance_minor,
        amount_minor=max(sure, 0),
        buffer_minor=buffer,
        buffered_minor=max(sure - buffer, 0),
        short_minor=max(-sure, 0),
        due_minor=sum(bill.amount_minor for bill in due),
        due=len(due),
        expected_minor=rounded_minor(float(found.income.sum(axis=1).mean())),
        usual_minor=rounded_minor(_usual_monthly(twin) * days / DAYS_PER_MONTH),
        per_day_minor=max(sure, 0) // days,
        outcome=outcome,
    )


def money_left(twin: Twin, paths: int = PATHS, seed: int = SEED) -> tuple[date, Money]:
    """The day that is looked to, and the balance less everything due on the tightest day up to it, in each path, shape (paths,)."""
    return _until(twin)[0], _left(twin, paths, seed)[1]


def _left(twin: Twin, paths: int, seed: int) -> tuple[Days, Money]:
    until, kind, horizon = _until(twin)
    found = simulate_days(twin, horizon, paths, seed, spending=False, income_before=until if kind == "pay_day" else None)
    return found, np.minimum(found.balance.min(axis=1), twin.balance_minor)


def _until(twin: Twin) -> tuple[date, Until, int]:
    """The day, what it is, and how many days to simulate: until the money is there, a late pay day waited for."""
    main = next_pay_day(twin)
    if main is not None and (main[1] - twin.as_of).days <= MOST_DAYS:
        stream, day = main
        wait = ceil(max(stream.late_days + _LATE_SPREADS * stream.late_sd_days, 0.0))
        return day, "pay_day", min(max((day - twin.as_of).days - 1 + wait, 1), MOST_DAYS)
    end = month_step(twin.as_of, 0, 31)
    end = end if end > twin.as_of else month_step(twin.as_of, 1, 31)
    return end, "month_end", (end - twin.as_of).days


def _usual_monthly(twin: Twin) -> int:
    """Spending of a mean month that has no due day."""
    listed = sum(bill.monthly_minor for bill in twin.commitments)
    return twin.discretionary_minor + max(twin.commitments_minor - listed, 0)
