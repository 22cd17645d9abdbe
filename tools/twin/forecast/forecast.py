"""Where the balance is heading: percentiles of simulated month ends."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from tools.errors import UsageError
from tools.twin.simulate.aim import aimed
from tools.twin.simulate.noise import Real
from tools.twin.simulate.schedule import Schedule, schedule_of
from tools.twin.simulate.simulate import Simulation, simulate
from tools.twin.simulate.summary import PERCENTILES
from tools.twin.twin import Twin
from tools.value import Value

if TYPE_CHECKING:
    from tools.twin.outlook.outlook import Outlook

#: A month counts as at risk from this chance of ending below zero.
AT_RISK = 0.10

Assumption = Literal[
    "income_continues",
    "commitments_continue",
    "spending_as_before",
    "balance_returns_to_habit",
    "adjusted_to_past_forecasts",
    "no_new_credit",
    "interest_on_savings",
    "no_interest_on_savings",
    "short_history_uses_typical_customer",
    "within_month_dips_not_shown",
    "repayments_as_agreed",
    "saving_as_before",
    "fixed_rate_kept",
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
        model: form of the twin and, where its paths were adjusted, of the outlook.
        start_minor: balance on `as_of`.
        months: one entry per step of a month from `as_of` (the last day of the month when `as_of` is one).
        below_zero: share of paths that end at least one month below zero.
        below_limit: share of paths that end at least one month beyond the agreed overdraft.
        first_month_at_risk: first `ends_on` whose chance of ending below zero is at least 10 in 100.
        calibrated: whether the ranges were set by how past forecasts did, on `calibrated_accounts` accounts and
            `calibrated_origins` past days, `calibrated_months` ahead at most.
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
    calibrated: bool = False
    calibrated_accounts: int = 0
    calibrated_origins: int = 0
    calibrated_months: int = 0
    assumptions: tuple[Assumption, ...]


def month_after(start: date, months: int) -> date:
    """The same day `months` later; from the last day of a month to the last day of a month."""
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    last = monthrange(year, month + 1)[1]
    at_end = start.day == monthrange(start.year, start.month)[1]
    return date(year, month + 1, last if at_end else min(start.day, last))


def base_paths(schedules: Sequence[Schedule], paths: int, seed: int, outlooks: "Sequence[Outlook | None] | None" = None) -> Simulation:
    """What is expected without any change: the base that scenarios are held against.

    Where there is an outlook, the paths keep their order at every month end and are moved so that their 10th, 50th and 90th
    percentiles are those of the outlook. The difference is booked as unplanned spending, so that money is conserved in every path
    and month, and a scenario run with the base's `unplanned` differs from it by the scenario alone. Beyond the months of the
    outlook the last difference stays.

    Args:
        outlooks: one for each schedule, None where there is none.

    Raises:
        UsageError: as `simulate`; or an outlook of another day than its twin's.
    """
    base = simulate(schedules, paths, seed)
    if outlooks is None or not any(outlooks):
        return base
    aims = np.full(base.balance.shape, np.nan)
    for row, (schedule, outlook) in enumerate(zip(schedules, outlooks, strict=True)):
        targets = targets_of(schedule, outlook)
        for at in np.flatnonzero(~np.isnan(targets[:, 0])):
            aims[row, :, at] = aimed(base.balance[row, :, at], base.savings[row, :, at], targets[at])
    return simulate(schedules, paths, seed, unplanned=base.unplanned, aims=aims)


def targets_of(schedule: Schedule, outlook: "Outlook | None") -> Real:
    """Where an outlook moves the month ends of a schedule (see `tools.twin.simulate.aim`): shape (months, 3), NaN where it says nothing.

    Raises:
        UsageError: an outlook of another day than the twin's (`bad_outlook`).
    """
    targets = np.full((schedule.months, 3), np.nan)
    if outlook is None:
        return targets
    if outlook.as_of != schedule.twin.as_of:
        raise UsageError(
            f"The outlook is of {outlook.as_of} and the twin of {schedule.twin.as_of}. Make both from the same history.",
            code="bad_outlook",
        )
    known = [(horizon.p10_minor, horizon.p50_minor, horizon.p90_minor) for horizon in outlook.horizons[: schedule.months]]
    targets[: len(known)] = known
    return targets


def balance_forecast(
    twin: Twin, horizon_months: int = 6, paths: int = 1024, seed: int = 7, outlook: "Outlook | None" = None
) -> BalanceForecast:
    """Simulate one twin and read off the month ends. Percentiles are nearest-rank, so every figure is one that a path reached.

    Raises:
        UsageError: a horizon beyond 1 to 120 months or paths beyond 2 to 16,384, or an outlook of another day than the twin's.
    """
    balance = base_paths([schedule_of(twin, horizon_months)], paths, seed, [outlook]).balance[0]
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
    calibrated = outlook is not None and outlook.learned_months > 0
    return BalanceForecast(
        customer_id=twin.customer_id,
        as_of=twin.as_of,
        currency=twin.currency,
        horizon_months=horizon_months,
        paths=paths,
        seed=seed,
        model=f"{twin.model}+{outlook.model}" if outlook else twin.model,
        twin_version=twin.version,
        months_of_history=twin.months_of_history,
        prior_weight=twin.prior_weight,
        start_minor=twin.balance_minor,
        overdraft_limit_minor=twin.overdraft_limit_minor,
        months=tuple(months),
        below_zero=_share((balance < 0).any(axis=1)),
        below_limit=_share((balance < limit).any(axis=1)),
        first_month_at_risk=next((month.ends_on for month in months if month.below_zero >= AT_RISK), None),
        calibrated=calibrated,
        calibrated_accounts=outlook.accounts if outlook and calibrated else 0,
        calibrated_origins=outlook.origins if outlook and calibrated else 0,
        calibrated_months=min(outlook.learned_months, len(outlook.horizons)) if outlook and calibrated else 0,
        assumptions=_assumptions(twin, calibrated, months[-1].ends_on),
    )


def _share(paths: npt.NDArray[np.bool_]) -> float:
    return int(np.count_nonzero(paths)) / paths.size


def _assumptions(twin: Twin, calibrated: bool, ends_on: date) -> tuple[Assumption, ...]:
    found: list[Assumption] = [
        "income_continues",
        "commitments_continue",
        "spending_as_before",
        "no_new_credit",
        "within_month_dips_not_shown",
    ]
    if calibrated:
        found.append("adjusted_to_past_forecasts")
    if twin.saving_minor or twin.investment_minor:
        found.append("saving_as_before")
    if twin.savings_minor:
        found.append("interest_on_savings" if twin.savings_rate_bps else "no_interest_on_savings")
    if twin.credits:
        found.append("repayments_as_agreed")
    if any(credit.fixed_until is not None and credit.fixed_until <= ends_on for credit in twin.credits):
        found.append("fixed_rate_kept")
    if twin.reversion:
        found.append("balance_returns_to_habit")
    if twin.prior_weight > 0.25:
        found.append("short_history_uses_typical_customer")
    return tuple(found)
