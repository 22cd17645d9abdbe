"""How the balance itself moved: its habitual level, its drift, and how much chance there is in a month."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import accumulate, pairwise
from statistics import fmean, pvariance

from tools.ledger.features import MonthFlow
from tools.ledger.movements import Movements, daily_balances
from tools.value import Value

#: Share of the distance to the habitual balance that a month closes, where the balance shows no consistent drift.
#: Chosen on Berka accounts with an even number (five pairs of cutoff and horizon in 1993); those with an odd number judged it.
REVERSION = 0.20
#: A mean monthly change must exceed this many standard errors before any of it is rolled forward, over at least a year:
#: on Berka's first year even perfectly regular growth was a season that ended.
DRIFT_ERRORS = 3.0
DRIFT_MONTHS = 12


class BalanceChange(Value):
    """How the balance itself moved from month to month at this point of the month."""

    level_minor: float
    drift_minor: float
    variance: float | None
    consistency: float
    months: int

    def without(self, foreseen: float) -> "BalanceChange":
        """The same with less variance: without the part that is foreseen."""
        if self.variance is None or not foreseen:
            return self
        return self.model_copy(update={"variance": max(self.variance - foreseen, 0.0)})


def change_of(movements: Movements, balance_minor: int) -> BalanceChange:
    """Level, drift and variance of the balance a whole number of months back from the business date.

    The drift is the mean monthly change, kept by the positive-part James-Stein share `1 - (DRIFT_ERRORS / t)**2` of its
    t-ratio: on real accounts rolling the mean net flow forward is worse than saying that the balance stays.

    Args:
        balance_minor: today's, for a history without bookings.
    """
    balances = _balances_back(movements, balance_minor)
    changes = [later - earlier for earlier, later in pairwise(balances)]
    level = fmean(balances[-12:])
    if len(changes) < 3:
        return BalanceChange(level_minor=level, drift_minor=0, variance=None, consistency=0, months=len(changes))
    mean = fmean(changes)
    variance = pvariance(changes) * len(changes) / (len(changes) - 1)
    squared_t = mean**2 * len(changes) / variance if variance else 0.0
    kept = max(0.0, 1 - DRIFT_ERRORS**2 / squared_t) if squared_t else float(not variance and mean != 0)
    kept = kept if len(changes) >= DRIFT_MONTHS else 0.0
    return BalanceChange(level_minor=level, drift_minor=kept * mean, variance=variance, consistency=kept, months=len(changes))


def reversion_of(change: BalanceChange) -> float:
    """The full share after a year; less before, because the first months of an account are its filling, not its habit."""
    return round(REVERSION * min(change.months / 12, 1.0) ** 2 * (1 - change.consistency), 4)


def spending_spread(
    months: Sequence[MonthFlow], change: BalanceChange, income_variance: float, prior_variance: float, weight: float
) -> tuple[float, float]:
    """How far spending follows income, and the variance that is left so that the monthly change varies as the balance did.

    Args:
        prior_variance: of a month's spending, from segment and persona; `weight` is what it counts.
    """
    incomes, spendings = [month.income_minor for month in months], [month.spending_minor for month in months]
    follows = 0.0
    if len(months) >= 4 and income_variance > 0 and pvariance(incomes) > 0:
        middle, centre = fmean(incomes), fmean(spendings)
        covariance = fmean((earned - middle) * (spent - centre) for earned, spent in zip(incomes, spendings, strict=True))
        follows = min(max((1 - weight) * covariance / pvariance(incomes), 0.0), 1.0)
    if change.variance is None:
        return follows, prior_variance
    seen = max(change.variance - (1 - follows) ** 2 * income_variance, 0.0)
    return round(follows, 4), (1 - weight) * seen + weight * prior_variance


def _balances_back(movements: Movements, balance_minor: int) -> list[int]:
    """Balance of the current accounts today and whole months back, oldest first, at most two years, while there were bookings."""
    if not len(movements.day):
        return [balance_minor]
    first, as_of = int(movements.day[0]), movements.as_of
    balances = daily_balances(movements, ("current", "business"), first)
    cuts = accumulate(range(24), lambda day, _: _month_before(day, as_of), initial=as_of)
    return [int(balances[cut.toordinal() - first]) for cut in cuts if cut.toordinal() >= first][::-1]


def _month_before(day: date, anchor: date) -> date:
    last = day.replace(day=1) - timedelta(days=1)
    at_end = anchor.day == monthrange(anchor.year, anchor.month)[1]
    return last if at_end else last.replace(day=min(anchor.day, last.day))
