"""Where the money went: spending by category over whole months."""

from collections import Counter
from datetime import date

import numpy as np

from tools.errors import TooShortError, UsageError
from tools.ledger.category import CATEGORIES
from tools.ledger.features import Features
from tools.ledger.history import History
from tools.ledger.money import rounded_minor
from tools.ledger.movements import Movements, Part, movements_of
from tools.twin.calendar.window import whole_months
from tools.value import Value

MOST_MONTHS = 24


class CategoryLine(Value):
    """One category over the window: money out less money back. `previous_monthly_minor` is over as many months before, where known."""

    category: str
    total_minor: int
    monthly_minor: int
    share: float
    previous_monthly_minor: int | None
    transactions: int


class MonthLine(Value):
    """Spending of one calendar month."""

    month: str
    spending_minor: int


class SpendingBreakdown(Value):
    """Spending by category over the last whole months, largest first.

    Attributes:
        asked_months: how many months were asked for; `months` is how many whole ones there were.
        share: (of a line) of the categories with more out than back.
        this_month_minor: spent so far in the running month, 0 on its last day (it is then in the window).
        income_monthly_minor: mean income of the same months.
    """

    customer_id: str
    as_of: date
    currency: str
    asked_months: int
    months: int
    from_month: str
    to_month: str
    total_minor: int
    monthly_minor: int
    income_monthly_minor: int
    categories: tuple[CategoryLine, ...]
    by_month: tuple[MonthLine, ...]
    this_month_minor: int


def spending_breakdown(history: History, features: Features, months: int = 6) -> SpendingBreakdown:
    """Spending over the last `months` whole calendar months, or as many as there are.

    Raises:
        UsageError: `months` outside 1 to 24.
        TooShortError: no whole month yet.
    """
    if not 1 <= months <= MOST_MONTHS:
        raise UsageError(f"Cannot look at {months} months of spending. Ask for 1 to {MOST_MONTHS}.", code="bad_horizon")
    whole = whole_months(features, 2 * MOST_MONTHS)
    window = whole[-months:]
    if not window:
        raise TooShortError("There is no whole month of bookings yet. Ask again after the end of the month.")
    before = whole[-2 * len(window) : -len(window)]
    movements = movements_of(history)
    totals, counts = _by_category(movements, {flow.month for flow in window})
    earlier = _by_category(movements, {flow.month for flow in before})[0] if len(before) == len(window) else None
    spent = sum(amount for amount in totals.values() if amount > 0)
    total = sum(flow.spending_minor for flow in window)
    running = features.months[-1]
    return SpendingBreakdown(
        customer_id=history.customer.id,
        as_of=features.as_of,
        currency=features.currency,
        asked_months=months,
        months=len(window),
        from_month=window[0].month,
        to_month=window[-1].month,
        total_minor=total,
        monthly_minor=rounded_minor(total / len(window)),
        income_monthly_minor=rounded_minor(sum(flow.income_minor for flow in window) / len(window)),
        categories=tuple(
            CategoryLine(
                category=key,
                total_minor=amount,
                monthly_minor=rounded_minor(amount / len(window)),
                share=max(amount, 0) / spent if spent else 0.0,
                previous_monthly_minor=rounded_minor(earlier[key] / len(window)) if earlier is not None else None,
                transactions=counts[key],
            )
            for key, amount in sorted(totals.items(), key=lambda item: (-item[1], item[0]))
        ),
        by_month=tuple(MonthLine(month=flow.month, spending_minor=flow.spending_minor) for flow in window),
        this_month_minor=0 if running.month == window[-1].month else running.spending_minor,
    )


def _by_category(movements: Movements, months: set[str]) -> tuple[Counter[str], Counter[str]]:
    """Money out less money back, and number of bookings, by category in these months; their sum is the months' spending."""
    totals: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for at in np.flatnonzero((movements.part == Part.SPENDING) & (movements.amount != 0)):
        move = movements.transactions[at]
        if move.booked_on.isoformat()[:7] in months:
            key = move.category if move.category in CATEGORIES else "other"
            totals[key] -= int(movements.amount[at])
            counts[key] += 1
    return totals, counts
