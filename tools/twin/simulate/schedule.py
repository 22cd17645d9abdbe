"""What a twin expects month by month, before chance: the arrays that scenarios change and the simulation runs on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from tools.errors import UsageError
from tools.twin.calendar.months_ahead import MonthsAhead, is_monthly, months_ahead
from tools.twin.twin import Credit, Twin

#: How far ahead a twin can be asked to look.
LONGEST_MONTHS = 120

Amounts = npt.NDArray[np.int64]
Rates = npt.NDArray[np.float64]


@dataclass(frozen=True)
class CreditSchedule:
    """One loan month by month, int64 minor units of shape (months,); `rate_bps` float64.

    Attributes:
        credit: the contract; for a loan of a scenario its terms with `outstanding_minor` as drawn.
        drawn: paid out to the customer in a month and added to what is owed (a new loan); 0 for one that runs already.
        instalment: due in a month, paid as far as something is owed.
        rate_bps: yearly rate in force in a month.
    """

    credit: Credit
    opening_minor: int
    drawn: Amounts
    instalment: Amounts
    rate_bps: Rates


@dataclass(frozen=True)
class Schedule:
    """What one twin expects in each of `months` steps of a month from its `as_of`; int64 minor units of shape (months,).

    Spending of a month is `commitments + discretionary + adjustment` (+ chance + what is unplanned). `one_off` is extra money in
    (positive) or out (negative) and belongs to scenarios. Spreads are standard deviations, float64.
    """

    twin: Twin
    income: Amounts
    income_spread: Rates
    commitments: Amounts
    discretionary: Amounts
    adjustment: Amounts
    spending_spread: Rates
    saving: Amounts
    investment: Amounts
    one_off: Amounts
    savings_rate_bps: Rates
    overdraft_rate_bps: Rates
    credits: tuple[CreditSchedule, ...] = ()

    @property
    def months(self) -> int:
        """How many months it covers."""
        return len(self.income)

    def changed(self, **arrays: object) -> "Schedule":
        """The same with some arrays replaced."""
        return replace(self, **arrays)  # pyright: ignore[reportArgumentType]


def schedule_of(twin: Twin, months: int) -> Schedule:
    """What the twin expects in each of the next `months` months.

    Income and commitments that do not come once in every month (weekly, quarterly, yearly) stand in the months they fall in, the
    others evenly; seasons move discretionary spending and income outside the streams. Over every twelve months each array comes to
    twelve times its level, to the minor unit. Credit keeps the rate it has: that a fixed rate ends is a scenario. Its instalment
    stays due for as long as something is owed, which the simulation knows.

    Raises:
        UsageError: no month, or more than `LONGEST_MONTHS`.
    """
    if not 1 <= months <= LONGEST_MONTHS:
        raise UsageError(f"Cannot look {months} months ahead. Choose 1 to {LONGEST_MONTHS} months.", code="bad_horizon")

    def level(amount: int) -> Amounts:
        return np.full(months, amount, dtype=np.int64)

    def rate(value: float) -> Rates:
        return np.full(months, value, dtype=np.float64)

    ahead = months_ahead(twin.as_of, months)
    return Schedule(
        twin=twin,
        income=_income(twin, ahead),
        income_spread=twin.income_sd_minor * ahead.factors(twin.income_season),
        commitments=_commitments(twin, ahead),
        discretionary=_discretionary(twin, ahead),
        adjustment=level(twin.adjustment_minor),
        spending_spread=rate(twin.spending_sd_minor),
        saving=level(twin.saving_minor),
        investment=level(twin.investment_minor),
        one_off=level(0),
        savings_rate_bps=rate(twin.savings_rate_bps),
        overdraft_rate_bps=rate(twin.overdraft_rate_bps),
        credits=tuple(
            CreditSchedule(
                credit=credit,
                opening_minor=credit.outstanding_minor,
                drawn=level(0),
                instalment=level(credit.instalment_minor),
                rate_bps=rate(credit.rate_bps),
            )
            for credit in twin.credits
        ),
    )


def _income(twin: Twin, ahead: MonthsAhead) -> Amounts:
    payments = [
        (each.monthly_minor, ahead.payments(each.next_on, each.every_days, each.pay_day))
        for each in twin.income
        if not is_monthly(each.every_days, each.pay_day)
    ]
    monthly = sum(each.monthly_minor for each in twin.income if is_monthly(each.every_days, each.pay_day))
    return _placed(twin.income_level_minor, payments, monthly, twin.income_season, ahead)


def _commitments(twin: Twin, ahead: MonthsAhead) -> Amounts:
    payments = [
        (each.monthly_minor, ahead.payments(each.next_on, each.every_days, each.due_day))
        for each in twin.commitments
        if not is_monthly(each.every_days, each.due_day)
    ]
    monthly = sum(each.monthly_minor for each in twin.commitments if is_monthly(each.every_days, each.due_day))
    return _placed(twin.commitments_minor, payments, monthly, (), ahead)


def _discretionary(twin: Twin, ahead: MonthsAhead) -> Amounts:
    total = ahead.spread(sum(each.monthly_minor for each in twin.discretionary if not each.season), None)
    for each in twin.discretionary:
        if each.season:
            total = total + ahead.spread(each.monthly_minor, ahead.factors(each.season, whole_years=True))
    return total[: ahead.months]


def _placed(
    level_minor: int, payments: Sequence[tuple[int, Rates]], monthly_minor: int, season: Sequence[float], ahead: MonthsAhead
) -> Amounts:
    """A level by month: payments where they fall, what is monthly evenly, and the rest evenly or by season.

    Where recurring payments come to more than the level (some of them did not come), they are scaled down to it.
    """
    recurring = sum(amount for amount, _ in payments) + monthly_minor
    of, whole = (level_minor, recurring) if recurring > level_minor else (1, 1)
    placed = [(amount * of // whole, counts) for amount, counts in payments]
    even = monthly_minor * of // whole if season else level_minor - sum(amount for amount, _ in placed)
    total = ahead.spread(even, None)
    for amount, counts in placed:
        total = total + ahead.spread(amount, counts)
    rest = level_minor - even - sum(amount for amount, _ in placed)
    if rest:
        total = total + ahead.spread(rest, ahead.factors(season, whole_years=True))
    return total[: ahead.months]
