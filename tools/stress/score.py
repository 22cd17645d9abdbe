"""How strained a customer is: score, band and trend."""

from datetime import date, timedelta
from typing import Literal

from tools.ledger.features import Features, features_of
from tools.ledger.history import History
from tools.ledger.past import history_on
from tools.ledger.query import Band
from tools.stress.scorecard import Remedy, scorecard
from tools.stress.signals import Signals, signals_of
from tools.value import Value

SHORTEST_DAYS = 30
WATCHLIST_FROM = 0.40
CRITICAL_FROM = 0.70
#: A smaller change of the score is called steady.
_STEADY = 0.05

Trend = Literal["rising", "falling", "steady", "unknown"]
Limit = Literal["weights_chosen_not_fitted", "not_a_probability", "only_accounts_held_here", "main_currency_only"]
LIMITS: tuple[Limit, ...] = ("weights_chosen_not_fitted", "not_a_probability", "only_accounts_held_here", "main_currency_only")


class Reading(Value):
    """One signal: the customer's own value in `unit`, what it adds in log-odds, and in score points (score minus score without it)."""

    key: str
    value: float | None
    unit: Literal["days", "count", "percent"]
    contribution: float
    score_points: float
    remedy: Remedy


class StressStatus(Value):
    """Score 0.00-1.00 (two decimals) with its band; None and `too_short` below 30 days of bookings.

    Attributes:
        readings: every signal of the model, in the scorecard's order.
        score_30d_ago: the score from what was known 30 days ago, None where the history did not reach; likewise 90.
        trend_30d: rising means more strain than 30 days ago by 0.05 or more; likewise `trend_90d`.
        limits: what the score is not, as closed labels.
    """

    customer_id: str
    as_of: date
    model: str
    score: float | None
    band: Band
    readings: tuple[Reading, ...] = ()
    score_30d_ago: float | None = None
    score_90d_ago: float | None = None
    trend_30d: Trend = "unknown"
    trend_90d: Trend = "unknown"
    days_of_history: int
    limits: tuple[Limit, ...] = LIMITS


def band_of(score: float) -> Band:
    """Healthy below 0.40, watchlist below 0.70, else critical, of the score as it is shown (two decimals)."""
    shown = round(score, 2)
    if shown >= CRITICAL_FROM:
        return "critical"
    return "watchlist" if shown >= WATCHLIST_FROM else "healthy"


def score_signals(signals: Signals) -> float:
    """The score of signals, two decimals. Worsening any one signal never lowers it."""
    card = scorecard()
    return round(card.score(card.contributions(signals)), 2)


def stress_status(history: History, features: Features) -> StressStatus:
    """Score, band and trend of one customer as of the history's business date."""
    if features.days_of_history < SHORTEST_DAYS:
        return StressStatus(
            customer_id=history.customer.id,
            as_of=history.as_of,
            model=scorecard().model,
            score=None,
            band="too_short",
            days_of_history=features.days_of_history,
        )
    signals = signals_of(history, features)
    score = score_signals(signals)
    month_ago, quarter_ago = (_score_on(history, history.as_of - timedelta(days=days)) for days in (30, 90))
    return StressStatus(
        customer_id=history.customer.id,
        as_of=history.as_of,
        model=scorecard().model,
        score=score,
        band=band_of(score),
        readings=_readings(signals),
        score_30d_ago=month_ago,
        score_90d_ago=quarter_ago,
        trend_30d=_trend(month_ago, score),
        trend_90d=_trend(quarter_ago, score),
        days_of_history=features.days_of_history,
    )


def _score_on(history: History, on: date) -> float | None:
    past = history_on(history, on)
    features = features_of(past)
    return score_signals(signals_of(past, features)) if features.days_of_history >= SHORTEST_DAYS else None


def _trend(before: float | None, now: float) -> Trend:
    if before is None:
        return "unknown"
    if abs(now - before) < _STEADY - 1e-9:
        return "steady"
    return "rising" if now > before else "falling"


def _readings(signals: Signals) -> tuple[Reading, ...]:
    card = scorecard()
    contributions = card.contributions(signals)
    score = card.score(contributions)
    return tuple(
        Reading(
            key=row.key,
            value=getattr(signals, row.key),
            unit=row.unit,
            contribution=round(contributions[row.key], 4),
            score_points=round(score - card.score({**contributions, row.key: 0.0}), 4),
            remedy=row.remedy,
        )
        for row in card.cards
    )
