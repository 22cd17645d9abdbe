"""Fit discretionary spending by category: what is spent without what is committed, its spread and its season."""

import numpy as np

from tools.ledger.category import CATEGORIES
from tools.ledger.money import rounded_minor
from tools.twin.calendar.season import season_of, without_season
from tools.twin.fit.evidence import Evidence, Monthly
from tools.twin.persona.prior import Prior
from tools.twin.twin import CategoryLevel, Commitment

#: Less than this share of all discretionary spending is chance in too few bookings to tell a season from.
_LEAST_SHARE_FOR_SEASON = 0.05


def fit_spending(
    evidence: Evidence, commitments: tuple[Commitment, ...], instalments_in_spending_minor: int, income_minor: int, prior: Prior
) -> tuple[CategoryLevel, ...]:
    """Levels by category, in the order of the alphabet.

    A level is the mean of the last six whole months; below `prior.LEVEL_MONTHS` months it is blended with the prior's share of
    income (less commitments) and its mix, see `tools.twin.persona.prior`. Money back that no category explains lowers all in proportion.
    """
    free = _free(evidence, instalments_in_spending_minor)
    season = {key: season_of(values.tolist(), evidence.first_month) for key, values in free.items() if _is_large(values, free)}
    own = _own_levels(evidence, free, season)
    blended = _blended(own, evidence, sum(each.monthly_minor for each in commitments), income_minor, prior)
    return tuple(
        CategoryLevel(
            category=key,
            monthly_minor=level,
            sd_minor=_spread(evidence, free.get(key), level, season.get(key, ()), prior),
            season=season.get(key, ()),
        )
        for key, level in sorted(blended.items())
        if level > 0
    )


def _free(evidence: Evidence, instalments_in_spending_minor: int) -> dict[str, Monthly]:
    """Spending by category and month without what went to recurring flows. May be negative where money came back."""
    free = {key: values.copy() for key, values in evidence.spent.items()}
    paid_mortgage = 0
    for flow in evidence.commitments:
        key = flow.category if flow.category in CATEGORIES else "other"
        if key in free:
            free[key] -= evidence.paid(flow)
            paid_mortgage += key == "mortgage"
    if instalments_in_spending_minor and not paid_mortgage and "mortgage" in free:
        free["mortgage"] = np.maximum(free["mortgage"] - instalments_in_spending_minor, 0)
    return free


def _is_large(values: Monthly, free: dict[str, Monthly]) -> bool:
    total = sum(int(each.sum()) for each in free.values())
    return int(values.sum()) > _LEAST_SHARE_FOR_SEASON * total > 0


def _own_levels(evidence: Evidence, free: dict[str, Monthly], season: dict[str, tuple[float, ...]]) -> dict[str, int]:
    """Mean month by category; categories with more back than out are 0, and the others carry that, so that the sum is right."""
    window = evidence.window
    means = {key: float(values[-window:].mean()) for key, values in free.items()}
    positive = sum(mean for mean in means.values() if mean > 0)
    scale = max(sum(means.values()), 0.0) / positive if positive else 0.0
    levels = {key: mean * scale for key, mean in means.items() if mean > 0}
    for key in levels:
        if season.get(key):
            count = len(free[key])
            factors = [season[key][(evidence.first_month - 1 + at) % 12] for at in range(count - window, count)]
            levels[key] *= window / max(sum(factors), 1.0)
    return {key: rounded_minor(level) for key, level in levels.items()}


def _blended(own: dict[str, int], evidence: Evidence, committed: int, income_minor: int, prior: Prior) -> dict[str, int]:
    weight = prior.level_weight(evidence.span)
    if not weight or not income_minor:
        return own
    expected = max(prior.spending_share * income_minor - committed, 0.0)
    keys = set(own) | set(prior.mix)
    return {key: rounded_minor((1 - weight) * own.get(key, 0) + weight * expected * prior.mix.get(key, 0.0)) for key in keys}


def _spread(evidence: Evidence, values: Monthly | None, level: int, season: tuple[float, ...], prior: Prior) -> int:
    """Spread of a month: the last twelve pooled with the prior's."""
    expected = (prior.spending_cv * level) ** 2
    if values is None or len(evidence.months) < 3:
        return rounded_minor(expected**0.5)
    count = len(evidence.months)
    first = (evidence.first_month - 1 + len(values) - count) % 12 + 1
    seen = float(np.var(without_season(values[-count:].tolist(), first, season)))
    return rounded_minor(((1 - prior.weight) * seen + prior.weight * expected) ** 0.5)
