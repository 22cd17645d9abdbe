"""How good a balance forecast is, beside what anyone could say: the balance stays, the mean of history, the net flow goes on.

All measures are means over accounts at one cutoff and horizon, of the balance at the horizon:

* MASE: absolute error of the middle over the account's scale (Hyndman and Koehler 2006). The scale is the mean absolute change of
  its month-end balance in sample, that is the error of saying "as last month".
* pinball loss (Koenker and Bassett 1978), mean over the quantiles 0.1, 0.5 and 0.9, in money and over the same scale.
* coverage of the interval from 0.1 to 0.9, with its Wilson interval at 95 %.

A history is the account's balances at whole calendar months back from the cutoff, oldest first. `SETTLED` histories leave out the
oldest of them, which ends a broken month in which an account fills from nothing; so did the baselines of the data's description,
which ask for six month ends and average over all months up to the horizon. `FULL` histories keep it: their scale is larger
and ratios to the baselines come out lower. Both are reported. An account without any change in its history has no scale: the scale
is never below `LEAST_SCALE_MINOR`.
"""

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tools.value import Value

Real = NDArray[np.float64]
Histories = Literal["settled", "full"]
QUANTILES = (0.1, 0.5, 0.9)
#: One major unit: below that, a balance has not moved.
LEAST_SCALE_MINOR = 100.0
#: 0.9 quantile of the standard normal distribution.
_NORMAL_90 = 1.2815515655446004
#: 0.975 quantile, for intervals at 95 %.
_NORMAL_975 = 1.959963984540054


class Score(Value):
    """The measures of one forecast.

    Attributes:
        mae: mean absolute error of the middle, major units.
        pinball: mean over quantiles and accounts, major units.
        scaled_pinball: the same over each account's scale.
        below, above: share of outcomes under and over the interval.
    """

    accounts: int
    mase: float
    mae: float
    pinball: float
    scaled_pinball: float
    coverage: float
    coverage_from: float
    coverage_to: float
    below: float
    above: float


class Ratios(Value):
    """A forecast over the better of "last balance" and "mean of history", measure by measure.

    Below 1 is better; None where a baseline is without any error. `skill` is 1 less the ratio of the scaled pinball loss.
    """

    mase: float | None
    mae: float | None
    pinball: float | None
    scaled_pinball: float | None
    skill: float | None


def in_sample(history: Sequence[float], histories: Histories) -> Real:
    """The part of a history that baselines and scale are made from; a history of one or two balances is kept whole."""
    values = np.asarray(history, dtype=np.float64)
    return values[1:] if histories == "settled" and len(values) > 2 else values


def scales(histories: Sequence[Real], least: float = LEAST_SCALE_MINOR) -> Real:
    """In-sample error of "as last month" for each account, shape (accounts,)."""
    return np.array([max(float(np.abs(np.diff(each)).mean()), least) if len(each) > 1 else least for each in histories])


def baselines(histories: Sequence[Real], horizon_months: int) -> dict[str, Real]:
    """Quantiles of the three baselines, each of shape (accounts, 3), in the unit of the histories.

    Intervals are normal: around the last balance and the rolled net flow with the standard deviation of the monthly changes times
    the root of the horizon, around the mean with that of the balances themselves (both with n - 1; of a single change, its size).
    """
    rows = [_baselines(each, horizon_months) for each in histories]
    return {name: np.array([row[name] for row in rows]).reshape(-1, 3) for name in ("last_balance", "mean_of_history", "net_flow")}


def _baselines(history: Real, horizon_months: int) -> dict[str, tuple[float, float, float]]:
    changes = np.diff(history)
    last, mean = float(history[-1]), float(history.mean())
    drift = float(changes.mean()) if len(changes) else 0.0
    moving = _spread(changes) * sqrt(horizon_months)
    return {
        "last_balance": _normal(last, moving),
        "mean_of_history": _normal(mean, float(history.std(ddof=1)) if len(history) > 1 else 0.0),
        "net_flow": _normal(last + horizon_months * drift, moving),
    }


def _spread(changes: Real) -> float:
    if len(changes) > 1:
        return float(changes.std(ddof=1))
    return float(np.abs(changes).sum())


def _normal(middle: float, deviation: float) -> tuple[float, float, float]:
    return middle - _NORMAL_90 * deviation, middle, middle + _NORMAL_90 * deviation


def pinball(outcomes: Real, quantiles: Real) -> Real:
    """Mean pinball loss over the three quantiles for each account, shape (accounts,)."""
    error = outcomes[:, None] - quantiles
    share = np.array(QUANTILES)
    return np.maximum(share * error, (share - 1) * error).mean(axis=1)


def score(outcomes: Real, quantiles: Real, scale: Real, minor_per_major: int = 100) -> Score:
    """All measures of one forecast.

    Args:
        outcomes: balances at the horizon, minor units, shape (accounts,).
        quantiles: 0.1, 0.5 and 0.9 in this order, minor units, shape (accounts, 3).
        scale: see `scales`.
        minor_per_major: minor units in a major one.
    """
    error = np.abs(outcomes - quantiles[:, 1])
    loss = pinball(outcomes, quantiles)
    below, above = outcomes < quantiles[:, 0], outcomes > quantiles[:, 2]
    inside = int((~below & ~above).sum())
    low, high = wilson(inside, len(outcomes))
    return Score(
        accounts=len(outcomes),
        mase=_mean(error / scale),
        mae=_mean(error / minor_per_major),
        pinball=_mean(loss / minor_per_major),
        scaled_pinball=_mean(loss / scale),
        coverage=round(inside / len(outcomes), 4),
        coverage_from=round(low, 4),
        coverage_to=round(high, 4),
        below=_mean(below.astype(np.float64)),
        above=_mean(above.astype(np.float64)),
    )


def _mean(values: Real) -> float:
    return round(float(values.mean()), 4)


def ratios(ours: Score, others: Mapping[str, Score]) -> Ratios:
    """Our score over the better of "last balance" and "mean of history", for each measure on its own."""

    def over(measure: Literal["mase", "mae", "pinball", "scaled_pinball"]) -> float | None:
        best = min(getattr(others[name], measure) for name in ("last_balance", "mean_of_history"))
        return round(getattr(ours, measure) / best, 4) if best else None

    scaled = over("scaled_pinball")
    return Ratios(
        mase=over("mase"),
        mae=over("mae"),
        pinball=over("pinball"),
        scaled_pinball=scaled,
        skill=None if scaled is None else round(1 - scaled, 4),
    )


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """Interval of a share at 95 % (Wilson 1927), (0, 1) without any trial."""
    if not trials:
        return 0.0, 1.0
    share, square = successes / trials, _NORMAL_975**2
    middle = (share + square / (2 * trials)) / (1 + square / trials)
    half = _NORMAL_975 / (1 + square / trials) * sqrt(share * (1 - share) / trials + square / (4 * trials**2))
    return max(middle - half, 0.0), min(middle + half, 1.0)
