"""The next days of the current accounts: pay days, due days and everyday spending, so that the dips inside a month are seen.

The monthly simulation says where a month ends; this one says which day is the tight one. Both run on the same twin: over a month
the expected change of the balance is the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from tools.errors import UsageError
from tools.twin.calendar.payment_day import DAYS_PER_MONTH, month_step, payment_days
from tools.twin.daily.daily_scale import DailyScale
from tools.twin.simulate.noise import Real, bank_of, noise_bank
from tools.twin.twin import Credit, IncomeStream, Twin
from tools.value import Value

Money = npt.NDArray[np.int64]

#: Beyond two months the monthly simulation says as much.
MOST_DAYS = 62
PATHS = 1024
SEED = 7
PERCENTILES = (10, 25, 50, 75, 90)
#: Everyday spending of one day is lognormal up to this ratio of spread to mean; what varies beyond is added both ways.
_WIDEST = 2.0
#: Nobody spends in a day on everyday things more than a half of what is within reach, the agreed overdraft included: people who
#: have little left make it last. Chosen on the demo bank, where 1.4 times as many paths fall below zero without it as accounts did,
#: and 1.2 times with it; in a demo bank of another seed 1.6 times, and what is learnt as `lasting` brings that to 1.3. On young Berka
#: accounts, of which 14 in 2,022 fell below zero, it foretells too few.
_LASTS_DAYS = 2
#: Dimensions of the noise are asked for in steps, so that customers with about as many payments share a bank.
_NOISE_STEP = 32
_A_MONTH = round(DAYS_PER_MONTH)


@dataclass(frozen=True)
class Days:
    """Daily flows and balances of one customer, int64 minor units, each of shape (paths, days).

    In every path and day, exactly:

        balance = previous balance + income - commitments - repayment - everyday - put_aside + interest

    `everyday` is spending without a due day; it may be negative where money without a pay day comes in. `put_aside` is moved to
    savings and investments as far as there is money, or drawn from savings as far as there are any. `interest` is the overdraft's.
    """

    twin: Twin
    income: Money
    commitments: Money
    repayment: Money
    everyday: Money
    put_aside: Money
    interest: Money
    balance: Money

    @property
    def dates(self) -> tuple[date, ...]:
        """The simulated days: the first one follows the twin's `as_of`."""
        return tuple(self.twin.as_of + timedelta(days=1 + number) for number in range(self.balance.shape[1]))


class Bill(NamedTuple):
    """A payment that is expected: when, how much, and for what."""

    on: date
    amount_minor: int
    category: str


class DayOutlook(Value):
    """The balance at the end of one day: five percentiles in minor units, and the share of paths that were below zero by then."""

    on: date
    p10_minor: int
    p25_minor: int
    p50_minor: int
    p75_minor: int
    p90_minor: int
    below_zero: float
    below_zero_by: float


class DailyForecast(Value):
    """The balance of the current accounts, day by day.

    Attributes:
        below_zero: share of paths in which at least one day ends below zero; `below_limit` beyond the agreed overdraft.
        first_below_zero_on: the day by which half of the paths that go below zero have done so; None when none does.
    """

    customer_id: str
    as_of: date
    currency: str
    paths: int
    seed: int
    start_minor: int
    overdraft_limit_minor: int
    days: tuple[DayOutlook, ...]
    below_zero: float
    below_limit: float
    first_below_zero_on: date | None


def daily_forecast(twin: Twin, days: int = 31, paths: int = PATHS, seed: int = SEED, scale: DailyScale | None = None) -> DailyForecast:
    """Simulate one twin day by day and read off the ends of the days. Percentiles are nearest-rank: some path reached them.

    Args:
        scale: how wide past forecasts should have been; without it the paths are as the twin alone lets expect.

    Raises:
        UsageError: a horizon beyond 1 to 62 days.
    """
    found = simulate_days(twin, days, paths, seed)
    found = calibrated(found, scale) if scale else found
    ranked = np.percentile(found.balance, PERCENTILES, axis=0, method="inverted_cdf").astype(np.int64)
    below = found.balance < 0
    by = np.logical_or.accumulate(below, axis=1)
    return DailyForecast(
        customer_id=twin.customer_id,
        as_of=twin.as_of,
        currency=twin.currency,
        paths=paths,
        seed=seed,
        start_minor=twin.balance_minor,
        overdraft_limit_minor=twin.overdraft_limit_minor,
        days=tuple(_day(on, ranked[:, at], below[:, at], by[:, at]) for at, on in enumerate(found.dates)),
        below_zero=share(by[:, -1]),
        below_limit=share(found.balance.min(axis=1) < -twin.overdraft_limit_minor),
        first_below_zero_on=_usual_first_day(found, by),
    )


def simulate_days(
    twin: Twin, days: int, paths: int = PATHS, seed: int = SEED, *, spending: bool = True, income_before: date | None = None
) -> Days:
    """Every path of the next `days` days. A customer's chance depends on its id and the seed only.

    Args:
        spending: without it no everyday spending is simulated and nothing is put aside: what is there to spend.
        income_before: income that is expected on this day or later is left out, however early it may come.

    Raises:
        UsageError: a horizon beyond 1 to 62 days.
    """
    if not 1 <= days <= MOST_DAYS:
        raise UsageError(f"Cannot look {days} days ahead. Choose 1 to {MOST_DAYS} days.", code="bad_horizon")
    last = twin.as_of + timedelta(days=days)
    incomes = [
        (stream, day)
        for stream in twin.income
        for day in payment_days(stream.next_on, stream.every_days, stream.pay_day, last)
        if income_before is None or day < income_before
    ]
    bills = [(bill, day) for bill in twin.commitments for day in payment_days(bill.next_on, bill.every_days, bill.due_day, last)]
    noise = _noise(twin, days, paths, seed, len(incomes) + len(bills))
    chance = iter(noise[2 * days :].reshape(-1, 2, paths))
    income, commitments = (np.zeros((paths, days), dtype=np.int64) for _ in range(2))
    for stream, day in incomes:
        comes = (day - twin.as_of).days + stream.late_days
        _book(income, stream.amount_minor, stream.sd_minor, comes, stream.late_sd_days, next(chance))
    for bill, day in bills:
        goes = (day - twin.as_of).days + bill.delay_days
        _book(commitments, bill.amount_minor, bill.sd_minor, goes, bill.delay_sd_days, next(chance))
    everyday = _everyday(twin, noise[: 2 * days].reshape(2, days, paths)) if spending else np.zeros((paths, days), dtype=np.int64)
    return _run(twin, income, commitments, _repayments(twin, days), everyday, spending)


def calibrated(found: Days, scale: DailyScale) -> Days:
    """The same paths as wide as past forecasts should have been, and with as many below zero as accounts were.

    The difference is booked as everyday spending, more or less than foreseen, so that money is conserved on every day.
    """
    balance = scale.stretched(found.balance, size_of(found.twin))
    balance = scale.made_to_last(balance) if found.twin.balance_minor >= 0 else balance
    spent = np.diff(found.balance - balance, axis=1, prepend=0)
    return replace(found, everyday=found.everyday + spent, balance=balance)


def size_of(twin: Twin) -> int:
    """What comes in or goes out in a mean month, whichever is more."""
    return max(twin.income_level_minor, twin.spending_level_minor)


def share(paths: npt.NDArray[np.bool_]) -> float:
    """How large a part of the paths it holds for."""
    return int(np.count_nonzero(paths)) / paths.size


def credit_days(credit: Credit, as_of: date, last: date) -> tuple[date, ...]:
    """When instalments are due after `as_of`; on the same day of the month as `as_of` where no due day is known."""
    day = credit.due_day or as_of.day
    this_month = month_step(as_of, 0, day)
    first = this_month if this_month > as_of else month_step(as_of, 1, day)
    return payment_days(first, _A_MONTH, day, last)


def bills_until(twin: Twin, last: date) -> tuple[Bill, ...]:
    """Commitments and instalments expected after the twin's `as_of` and up to `last`, in order."""
    found = [
        Bill(day, bill.amount_minor, bill.category)
        for bill in twin.commitments
        for day in payment_days(bill.next_on, bill.every_days, bill.due_day, last)
    ]
    for credit in twin.credits:
        category = "mortgage" if credit.kind == "mortgage" else "loan_repayment"
        owed = credit.outstanding_minor
        for day in credit_days(credit, twin.as_of, last):
            owed += round(owed * credit.rate_bps / 120_000)
            found.append(Bill(day, min(credit.instalment_minor, owed), category))
            owed -= found[-1].amount_minor
    return tuple(sorted(bill for bill in found if bill.amount_minor))


def next_pay_day(twin: Twin) -> tuple[IncomeStream, date] | None:
    """The income stream that brings most and when it is expected next; None when nothing comes in again and again."""
    stream = max(twin.income, key=lambda stream: (stream.monthly_minor, -stream.every_days), default=None)
    return (stream, stream.next_on) if stream else None


def everyday_monthly(twin: Twin) -> int:
    """Spending of a mean month that has no due day, less income that has no pay day; what corrects the averages included."""
    listed = sum(bill.monthly_minor for bill in twin.commitments)
    return twin.discretionary_minor + twin.adjustment_minor + twin.commitments_minor - listed - _income_without_a_day(twin)


def _income_without_a_day(twin: Twin) -> int:
    return twin.income_level_minor - sum(stream.monthly_minor for stream in twin.income)


def _repayments(twin: Twin, days: int) -> Money:
    """Instalments of all credit on their due days, shape (days,): as agreed, as far as something is owed."""
    table = np.zeros(days, dtype=np.int64)
    for bill in bills_until(twin.model_copy(update={"commitments": ()}), twin.as_of + timedelta(days=days)):
        table[(bill.on - twin.as_of).days - 1] += bill.amount_minor
    return table


def _noise(twin: Twin, days: int, paths: int, seed: int, payments: int) -> Real:
    """Standard normals of shape (2 per day + 2 per payment, paths)."""
    wanted = 2 * (days + payments)
    columns = -(-wanted // (2 * _NOISE_STEP)) * _NOISE_STEP
    bank = noise_bank(columns, paths, seed, bank_of(twin.customer_id))
    return bank.reshape(2 * columns, paths)[:wanted]


def _book(table: Money, amount: int, spread: int, usual_day: float, day_spread: float, chance: Real) -> None:
    """Add one payment to each path on the day it comes there; a day before tomorrow is tomorrow, one beyond the horizon is left out."""
    day = np.maximum(np.rint(usual_day + day_spread * chance[1]).astype(np.int64), 1) - 1
    paid = np.maximum(np.rint(amount + spread * chance[0]).astype(np.int64), 0)
    inside = np.flatnonzero(day < table.shape[1])
    np.add.at(table, (inside, day[inside]), paid[inside])


def _everyday(twin: Twin, normals: Real) -> Money:
    """Everyday spending, shape (paths, days): its mean and spread over a month are those of the twin.

    A day's spending is positive where spending is expected: lognormal, by moments (Johnson, Kotz, Balakrishnan, Continuous
    Univariate Distributions 1, ch. 14). `normals` has shape (2, days, paths).
    """
    mean = _daily_means(twin, normals.shape[1])[:, None]
    spread = (_everyday_variance(twin) / DAYS_PER_MONTH) ** 0.5
    inside = np.minimum(spread, _WIDEST * np.maximum(mean, 0.0))
    both_ways = np.maximum(spread**2 - inside**2, 0.0) ** 0.5 * normals[1]
    log_variance = np.log1p((inside / np.maximum(np.abs(mean), 1e-9)) ** 2)
    drawn = mean * np.exp(log_variance**0.5 * normals[0] - log_variance / 2)
    return _whole((drawn + both_ways).T)


def _daily_means(twin: Twin, days: int) -> Real:
    """Expected everyday spending of each day, shape (days,): a month's, by the seasons of the day's month."""
    rest = _income_without_a_day(twin)
    steady = everyday_monthly(twin) - twin.discretionary_minor + rest
    by_month = np.array(
        [
            steady
            - rest * _factor(twin.income_season, month)
            + sum(level.monthly_minor * _factor(level.season, month) for level in twin.discretionary)
            for month in range(12)
        ]
    )
    dated = [twin.as_of + timedelta(days=1 + ahead) for ahead in range(days)]
    return by_month[[day.month - 1 for day in dated]] / DAYS_PER_MONTH


def _factor(season: Sequence[float], month: int) -> float:
    return season[month] if season else 1.0


def _everyday_variance(twin: Twin) -> float:
    """Of a month: what the payments with a day do not explain."""
    income = float(twin.income_sd_minor**2)
    level = twin.income_level_minor
    regular = min(sum(stream.monthly_minor for stream in twin.income) / level, 1.0) if level else 1.0
    bills = sum(bill.sd_minor**2 * DAYS_PER_MONTH / bill.every_days for bill in twin.commitments)
    return max(float(twin.spending_sd_minor**2) - bills, 0.0) + income * (1 - regular)


def _run(twin: Twin, income: Money, commitments: Money, repayment: Money, everyday: Money, moves: bool) -> Days:
    """Walk through the days: what returns to habit, what is put aside, and interest depend on the balance of the path."""
    paths, days = income.shape
    put_aside, interest, balance, spent = (np.zeros((paths, days), dtype=np.int64) for _ in range(4))
    now = np.full(paths, twin.balance_minor, dtype=np.int64)
    savings = np.full(paths, twin.savings_minor, dtype=np.int64)
    habit, saving_days = twin.saving_minor + twin.investment_minor, _saving_days(twin, days)
    # The habitual balance of a day: that of today, moved by what is expected until then.
    moved = (income - commitments - everyday).mean(axis=0) - repayment - habit * np.array([at in saving_days for at in range(days)])
    usual = twin.balance_level_minor + np.cumsum(moved)
    for at in range(days):
        interest[:, at] = _whole(np.minimum(now, 0) * (twin.overdraft_rate_bps / 3_650_000))
        now = now + income[:, at] - commitments[:, at] - repayment[at] + interest[:, at]
        if moves:
            wanted = everyday[:, at] + _whole(twin.reversion / DAYS_PER_MONTH * (now - usual[at]))
            spent[:, at] = np.minimum(wanted, np.maximum(now + twin.overdraft_limit_minor, 0) // _LASTS_DAYS)
            now = now - spent[:, at]
            if at in saving_days:
                put_aside[:, at] = np.minimum(habit, np.maximum(now, 0)) if habit >= 0 else -np.minimum(-habit, savings)
                savings = savings + put_aside[:, at]
                now = now - put_aside[:, at]
        balance[:, at] = now
    return Days(twin, income, commitments, np.broadcast_to(repayment, (paths, days)), spent, put_aside, interest, balance)


def _saving_days(twin: Twin, days: int) -> frozenset[int]:
    """When a month's saving is put aside: the day after pay day, else once a step of a month; as numbers of simulated days from 0."""
    main = next_pay_day(twin)
    if main is None:
        return frozenset(range(_A_MONTH - 1, days, _A_MONTH))
    stream, first = main
    usual = payment_days(first, _A_MONTH, stream.pay_day or first.day, twin.as_of + timedelta(days=days))
    return frozenset((day - twin.as_of).days for day in usual)


def _whole(values: npt.NDArray[np.floating[Any]]) -> Money:
    return np.rint(values).astype(np.int64)


def _day(on: date, ranked: Money, below: npt.NDArray[np.bool_], by: npt.NDArray[np.bool_]) -> DayOutlook:
    p10, p25, p50, p75, p90 = (int(value) for value in ranked)
    return DayOutlook(
        on=on, p10_minor=p10, p25_minor=p25, p50_minor=p50, p75_minor=p75, p90_minor=p90, below_zero=share(below), below_zero_by=share(by)
    )


def _usual_first_day(found: Days, by: npt.NDArray[np.bool_]) -> date | None:
    """The middle one of the first days below zero, over the paths that have one."""
    crossed = np.count_nonzero(by, axis=0)
    total = int(crossed[-1])
    if not total:
        return None
    return found.dates[int(np.argmax(2 * crossed >= total))]
