"""How strained a customer is: score, band and trend, by the learned model in use."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal

import numpy as np

from tools.ledger.features import Features
from tools.ledger.history import History
from tools.ledger.query import Band
from tools.stress.activity import Activity, activities_of
from tools.stress.bands import CRITICAL_FROM, WATCHLIST_FROM, band_of
from tools.stress.families.family import Remedy, Unit
from tools.stress.inputs import INPUT_AT, INPUTS, days_of_history, inputs_matrix, standing_of
from tools.stress.model.file import shipped_model
from tools.stress.model.model import StressModel, columns_of
from tools.value import Value

__all__ = [
    "CRITICAL_FROM", "LEAST_SAID", "LIMITS", "SHORTEST_DAYS", "WATCHLIST_FROM", "Limit", "Reading", "StressStatus", "Trend", "band_of", "stress_status",
    "trend_of",
]  # fmt: skip

#: A score needs so many days of history.
SHORTEST_DAYS = 30
#: A smaller change of the score is called steady.
STEADY = 0.05
#: Smaller differences of a reading are not worth a word.
LEAST_SAID: dict[Unit, float] = {"days": 0.5, "count": 0.5, "percent": 0.5, "months": 0.1, "share": 0.05}
_NAMES = tuple(each.name for each in INPUTS)
_BACK = (0, 30, 90)

Trend = Literal["rising", "falling", "steady", "unknown"]
Limit = Literal["not_a_probability", "only_accounts_held_here", "main_currency_only"]
LIMITS: tuple[Limit, ...] = ("not_a_probability", "only_accounts_held_here", "main_currency_only")


class Reading(Value):
    """One input of the model: the customer's own value in `unit`, None where the history cannot say."""

    key: str
    value: float | None
    unit: Unit
    direction: Literal[1, -1]
    remedy: Remedy | None


class StressStatus(Value):
    """Score 0.00-1.00 (two decimals) with its band; None and `too_short` below 30 days of bookings.

    Attributes:
        model: the name of the model that scored.
        probability: the calibrated chance of the event that the model's card names; the score is a scale over it, not a chance.
        readings: every input of the model, in its order.
        score_30d_ago: the score from what was known 30 days ago, None where the history did not reach; likewise 90.
        trend_30d: rising means more strain than 30 days ago by 0.05 or more; likewise `trend_90d`.
        limits: what the score is not, as closed labels.
    """

    customer_id: str
    as_of: date
    model: str
    score: float | None
    band: Band
    probability: float | None = None
    readings: tuple[Reading, ...] = ()
    score_30d_ago: float | None = None
    score_90d_ago: float | None = None
    trend_30d: Trend = "unknown"
    trend_90d: Trend = "unknown"
    days_of_history: int
    limits: tuple[Limit, ...] = LIMITS


def stress_status(history: History, features: Features) -> StressStatus:
    """Score, band and trend of one customer as of the history's business date."""
    model = shipped_model()
    status = StressStatus(
        customer_id=history.customer.id,
        as_of=history.as_of,
        model=model.name,
        score=None,
        band="too_short",
        days_of_history=features.days_of_history,
    )
    if features.days_of_history < SHORTEST_DAYS:
        return status
    days = [history.as_of - timedelta(days=back) for back in _BACK]
    activities = activities_of(history, days)
    matrix = inputs_matrix(activities, [standing_of(history.accounts, features.currency, on) for on in days])
    used = columns_of(model.inputs, matrix, _NAMES)
    probability = model.probabilities(used[:1])
    now, month_ago, quarter_ago = _scores(model, activities, used)
    assert now is not None
    return status.model_copy(
        update={
            "score": now,
            "band": band_of(now),
            "probability": float(probability[0]),
            "readings": readings_of(model, used[0].tolist()),
            "score_30d_ago": month_ago,
            "score_90d_ago": quarter_ago,
            "trend_30d": trend_of(month_ago, now),
            "trend_90d": trend_of(quarter_ago, now),
        }
    )


def trend_of(before: float | None, now: float) -> Trend:
    """How a score of two decimals has moved."""
    if before is None:
        return "unknown"
    if abs(now - before) < STEADY - 1e-9:
        return "steady"
    return "rising" if now > before else "falling"


def readings_of(model: StressModel, values: Sequence[float]) -> tuple[Reading, ...]:
    """A row of the model's inputs as readings of the customer's own account: the stress of neighbours is nobody's own."""
    named = [(INPUTS[INPUT_AT[name]], value) for name, value in zip(model.inputs, values, strict=True) if name in INPUT_AT]
    return tuple(
        Reading(
            key=each.name, value=None if np.isnan(value) else float(value), unit=each.unit, direction=each.direction, remedy=each.remedy
        )
        for each, value in named
    )


def _scores(model: StressModel, activities: Sequence[Activity], matrix: np.ndarray) -> list[float | None]:
    shown = [round(float(score), 2) for score in model.scores(matrix)]
    return [score if days_of_history(activity) >= SHORTEST_DAYS else None for score, activity in zip(shown, activities, strict=True)]
