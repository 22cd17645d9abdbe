"""Where the balance is heading: percentiles of simulated month ends."""

from calendar import monthrange
from datetime import date
from typing import Literal

import numpy as np
import numpy.typing as npt

from tools.twin.simulate import simulate
from tools.twin.twin import Twin
from tools.value import Value

#: A month counts as at risk from this chance of ending below zero.
AT_RISK = 0.10
PERCENTILES = (10, 25, 50, 75, 90)

Assumption = Literal[
    "income_continues",
    "commitments_continue",
    "spending_as_before",
    "balance_returns_to_habit",
    "no_new_credit",
    "no_interest_on_savings",
    "short_history_uses_typical_customer",
    "within_month_dips_not_shown",
    "repayments_as_agreed",
    "saving_as_before",
]


class ForecastMonth(Value):
    """The balance at one month end: five percentiles in minor units and the chance of ending below zero."""

    ends_on: date
    p10_minor: int
    p25_minor: int
    p50_minor: int
    p75_minor: int
    p90_minor: int
    below_zero: float
    below_limit: float


class BalanceForecast(Value):
    """The balance of the current accounts, month by month.

    Attributes:
        start_minor: balance on `as_of`.
        months: one entry per step of a month from `as_of` (the last day of the month when `as_of` is one).
        below_zero: share of paths that end at least one month below zero.
        below_limit: share of paths that end at least one month beyond the agreed overdraft.
        first_month_at_risk: first `ends_on` whose chance of ending below zero is at least 10 in 100.
        assumptions: what the forecast takes for granted, as closed labels.
    """

    customer_id: str
    as_of: date
    currency: str
    horizon_months: int
    paths: int
    seed: int
    model: str
    twin_version: int
    months_of_history: int
    prior_weight: float
    start_minor: int
    overdraft_limit_minor: int
    months: tuple[ForecastMonth, ...]
    below_zero: float
    below_limit: float
    first_month_at_risk: date | None
    assumptions: tuple[Assumption, ...]


def month_after(start: date, months: int) -> date:
    """The same day `months` later; from the last day of a month to the last day of a month."""
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    last = monthrange(year, month + 1)[1]
    at_end = start.day == monthrange(start.year, start.month)[1]
    return date(year, month + 1, last if at_end else min(start.day, last))


def balance_forecast(twin: Twin, horizon_months: int = 6, paths: int = 1024, seed: int = 7) -> BalanceForecast:
    """Simulate one twin and read off the month ends. Percentiles are nearest-rank, so every figure is one that a path reached.

    Raises:
        UsageError: a horizon beyond 1 to 120 months or paths beyond 2 to 16,384.
    """
    balance = simulate([twin], horizon_months, paths, seed).balance[0]
    limit = -twin.overdraft_limit_minor
    ranked = np.percentile(balance, PERCENTILES, axis=0, method="inverted_cdf").astype(np.int64)
    months: list[ForecastMonth] = []
    for index in range(horizon_months):
        p10, p25, p50, p75, p90 = (int(value) for value in ranked[:, index])
        months.append(
            ForecastMonth(
                ends_on=month_after(twin.as_of, index + 1),
                p10_minor=p10,
                p25_minor=p25,
                p50_minor=p50,
                p75_minor=p75,
                p90_minor=p90,
                below_zero=_share(balance[:, index] < 0),
                below_limit=_share(balance[:, index] < limit),
            )
        )
    return BalanceForecast(
        customer_id=twin.customer_id,
        as_of=twin.as_of,
        currency=twin.currency,
        horizon_months=horizon_months,
        paths=paths,
        seed=seed,
        model=twin.model,
        twin_version=twin.version,
        months_of_history=twin.months_of_history,
        prior_weight=twin.prior_weight,
        start_minor=twin.balance_minor,
        overdraft_limit_minor=twin.overdraft_limit_minor,
        months=tuple(months),
        below_zero=_share((balance < 0).any(axis=1)),
        below_limit=_share((balance < limit).any(axis=1)),
        first_month_at_risk=next((month.ends_on for month in months if month.below_zero >= AT_RISK), None),
        assumptions=_assumptions(twin),
    )


def _share(paths: npt.NDArray[np.bool_]) -> float:
    return int(np.count_nonzero(paths)) / paths.size


def _assumptions(twin: Twin) -> tuple[Assumption, ...]:
    found: list[Assumption] = [
        "income_continues",
        "commitments_continue",
        "spending_as_before",
        "no_new_credit",
        "within_month_dips_not_shown",
    ]
    if twin.saving_minor or twin.investment_minor:
        found.append("saving_as_before")
    if twin.savings_minor:
        found.append("no_interest_on_savings")
    if twin.loan_outstanding_minor:
        found.append("repayments_as_agreed")
    if twin.reversion:
        found.append("balance_returns_to_habit")
    if twin.prior_weight > 0.25:
        found.append("short_history_uses_typical_customer")
    return tuple(found)
