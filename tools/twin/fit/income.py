"""Fit income: recurring streams, a mean month, its spread, and a season of what comes outside the streams."""

from datetime import date
from statistics import pvariance

import numpy as np

from tools.ledger.customer import Profile
from tools.ledger.flows import Flow
from tools.ledger.money import rounded_minor
from tools.ledger.movements import Part
from tools.twin.calendar.payment_day import month_step
from tools.twin.calendar.rhythm import monthly_amount, recent_amount, rhythm_of
from tools.twin.calendar.season import season_of, without_season
from tools.twin.fit.evidence import Evidence, Monthly, monthly_rate
from tools.twin.persona.prior import LEVEL_MONTHS, Prior
from tools.twin.twin import IncomeStream
from tools.value import Value

#: What the customer declared counts as much as this many months (or pay days) of own history.
DECLARED_MONTHS = 1.0
#: Pay days count as months of history up to a year of them.
_MOST_SIGHTINGS = 12


class IncomeFit(Value):
    """Income of a mean month with its variance; see the fields of `Twin`."""

    streams: tuple[IncomeStream, ...]
    level_minor: int
    variance: float
    season: tuple[float, ...]


def fit_income(evidence: Evidence, prior: Prior) -> IncomeFit:
    """Streams from the recurring flows, or from what the customer declared where none was seen yet.

    The level is `(1 - w) * seen + w * declared` with `w = DECLARED_MONTHS / (DECLARED_MONTHS + n)` after `n` whole months, or pay
    days where these are more. The variance is pooled with the prior's (`tools.twin.persona.prior`).
    """
    streams = tuple(_stream(evidence, flow, prior) for flow in evidence.income)
    rest = _outside(evidence)
    season = season_of(rest.tolist(), evidence.first_month) if evidence.all_months else ()
    seen = _seen_level(evidence, streams, rest, season)
    declared = evidence.history.profile.monthly_income_minor
    level = max(seen, 0)
    if declared and declared > 0:
        sightings = min(max((flow.seen for flow in evidence.income), default=0), _MOST_SIGHTINGS)
        weight = DECLARED_MONTHS / (DECLARED_MONTHS + max(len(evidence.months), sightings))
        level = max(rounded_minor((1 - weight) * seen + weight * declared), 0)
    if not streams and len(evidence.months) < LEVEL_MONTHS:
        streams = declared_streams(evidence.history.profile, evidence.history.as_of, prior)
    return IncomeFit(streams=streams, level_minor=level, variance=_variance(evidence, prior, level, season), season=season)


def _stream(evidence: Evidence, flow: Flow, prior: Prior) -> IncomeStream:
    rhythm = rhythm_of(flow, evidence.history.as_of, prior.pay_late_sd_days)
    amount, spread = recent_amount(flow, prior.payment_cv)
    return IncomeStream(
        category=flow.category,
        amount_minor=amount,
        sd_minor=spread,
        every_days=flow.every_days,
        pay_day=rhythm.day,
        late_days=rhythm.late_days,
        late_sd_days=rhythm.late_sd_days,
        monthly_minor=monthly_amount(amount, rhythm),
        next_on=rhythm.next_on,
    )


def declared_streams(profile: Profile, as_of: date, prior: Prior) -> tuple[IncomeStream, ...]:
    """Pay on the days the customer told, in equal parts; nothing where no income or no day was told."""
    days = [day for day in (profile.salary_day_1, profile.salary_day_2) if day and 1 <= day <= 31]
    if not days or not profile.monthly_income_minor or profile.monthly_income_minor <= 0:
        return ()
    amount = profile.monthly_income_minor // len(days)
    return tuple(
        IncomeStream(
            category="salary",
            amount_minor=amount,
            sd_minor=rounded_minor(prior.payment_cv * amount),
            every_days=30,
            pay_day=day,
            late_sd_days=prior.pay_late_sd_days,
            monthly_minor=amount,
            next_on=next(due for due in (month_step(as_of, months, day) for months in (0, 1)) if due > as_of),
        )
        for day in days
    )


def _outside(evidence: Evidence) -> Monthly:
    """Income by month that is not of a stream."""
    if evidence.all_months:
        total = np.array([month.income_minor for month in evidence.all_months], dtype=np.int64)
    else:
        movements = evidence.movements
        total = np.array([monthly_rate(evidence, int(movements.amount[movements.part == Part.INCOME].sum()))], dtype=np.int64)
    return total - sum((evidence.paid(flow) for flow in evidence.income), np.zeros_like(total))


def _seen_level(evidence: Evidence, streams: tuple[IncomeStream, ...], rest: Monthly, season: tuple[float, ...]) -> int:
    """A mean month of the window, with the season taken out where there is one.

    Without a whole month the streams count as what they come to in a month, because days before the first pay say nothing.
    """
    if not evidence.all_months:
        return sum(stream.monthly_minor for stream in streams) + max(int(rest[0]), 0)
    window = evidence.window
    total = [month.income_minor for month in evidence.all_months[-window:]]
    if not season:
        return rounded_minor(sum(total) / window)
    factors = [season[(evidence.first_month - 1 + at) % 12] for at in range(len(rest) - window, len(rest))]
    outside = float(rest[-window:].sum())
    return rounded_minor((sum(total) - outside) / window + outside / max(sum(factors), 1.0))


def _variance(evidence: Evidence, prior: Prior, level: int, season: tuple[float, ...]) -> float:
    expected = (prior.income_cv * level) ** 2
    incomes = [month.income_minor for month in evidence.months]
    if len(incomes) < 3:
        return expected
    first = (evidence.first_month - 1 + len(evidence.all_months) - len(incomes)) % 12 + 1
    return (1 - prior.weight) * pvariance(without_season(incomes, first, season)) + prior.weight * expected
