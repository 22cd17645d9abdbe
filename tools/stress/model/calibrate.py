"""From log-odds to a probability that holds, and from the probability to the score with its bands."""

from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from tools.stress.bands import CRITICAL_FROM, WATCHLIST_FROM
from tools.value import Value

Floats = NDArray[np.float64]
#: The watchlist begins where the odds of trouble are so many times those of the average customer, the critical band likewise.
WATCHLIST_ODDS, CRITICAL_ODDS = 3.0, 10.0
_STEPS, _RIDGE = 50, 1e-6


class Calibration(Value):
    """Platt's scaling: log-odds of the event = intercept + slope x margin. The slope is above zero, so that order is kept."""

    slope: float = Field(gt=0)
    intercept: float

    def probabilities(self, margins: Floats) -> Floats:
        """The chance of the event, [N]."""
        return 1 / (1 + np.exp(-(self.intercept + self.slope * margins)))


class Scale(Value):
    """The score for a probability: linear in log-odds through two anchors, so monotone and without a jump.

    A calibrated chance of a rare event is never 0.40, yet the bands begin at 0.40 and 0.70. The scale is therefore anchored in the
    odds of the average customer of the data that the model learned from: the watchlist begins at 3 times these odds and the
    critical band at 10 times. A band so says the same in every bank ("three times as likely as usual"), whatever its base rate, and
    the probability is kept beside the score.

    Attributes:
        watchlist: the probability at score 0.40.
        critical: the probability at score 0.70.
    """

    watchlist: float = Field(gt=0, lt=1)
    critical: float = Field(gt=0, lt=1)

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if self.critical <= self.watchlist:
            raise ValueError("the critical band begins above the watchlist")
        return self

    def scores(self, probabilities: Floats) -> Floats:
        """Scores in 0..1, unrounded, [N]."""
        low, high = _log_odds(np.array([self.watchlist, self.critical]))
        slope = (_log_odds(CRITICAL_FROM) - _log_odds(WATCHLIST_FROM)) / (high - low)
        return 1 / (1 + np.exp(-(_log_odds(WATCHLIST_FROM) + slope * (_log_odds(probabilities) - low))))


def scale_of(base_rate: float) -> Scale:
    """The scale for data in which a share of `base_rate` had trouble."""
    odds = base_rate / (1 - base_rate)
    watchlist, critical = (times * odds / (1 + times * odds) for times in (WATCHLIST_ODDS, CRITICAL_ODDS))
    return Scale(watchlist=watchlist, critical=critical)


def fit_calibration(margins: Floats, label: NDArray[np.bool_]) -> Calibration:
    """Platt's scaling by Newton's method, with his targets that keep it from being surer than the counts allow.

    Platt, "Probabilistic outputs for support vector machines" (1999). `margins` must be of cases that the trees did not learn from.
    """
    hits, misses = int(label.sum()), int((~label).sum())
    target = np.where(label, (hits + 1) / (hits + 2), 1 / (misses + 2))
    design = np.column_stack((np.ones(len(margins)), margins))
    weights = np.array([np.log((hits + 1) / (misses + 1)), 1.0])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-design @ weights))
        curve = np.maximum(chance * (1 - chance), 1e-12)
        step = np.linalg.solve(design.T @ (design * curve[:, None]) + _RIDGE * np.eye(2), design.T @ (target - chance))
        weights = weights + np.clip(step, -2.0, 2.0)
        if np.abs(step).max() < 1e-10:
            break
    # Margins that tell nothing, or less than nothing, must not turn the order round.
    return Calibration(slope=max(float(weights[1]), 1e-3), intercept=float(weights[0]))


def _log_odds(probability: Floats | float) -> Floats:
    chance = np.clip(probability, 1e-12, 1 - 1e-12)
    return np.log(chance / (1 - chance))
