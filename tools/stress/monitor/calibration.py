"""Whether what was said with a probability came true as often, month by month."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tools.stress.monitor.proportion import Proportion, proportion
from tools.value import Value

_EDGES = (0.02, 0.05, 0.10, 0.20, 0.40)


class ReliabilityBin(Value):
    """Cases whose probability lay between `low` (included) and `high`: what was said on average, and what came."""

    low: float
    high: float
    said: float | None
    came: Proportion


class PeriodCalibration(Value):
    """One period, such as a month: what was said on average over all its cases, and what came."""

    period: str
    said: float
    came: Proportion


def reliability(probability: NDArray[np.float64], label: NDArray[np.bool_]) -> tuple[ReliabilityBin, ...]:
    """The reliability table over fixed bins; bins without a case are left out."""
    place = np.digitize(probability, _EDGES)
    lows, highs = (0.0, *_EDGES), (*_EDGES, 1.0)
    return tuple(
        ReliabilityBin(
            low=lows[at],
            high=highs[at],
            said=float(probability[place == at].mean()),
            came=proportion(int(label[place == at].sum()), int((place == at).sum())),
        )
        for at in range(len(lows))
        if (place == at).any()
    )


def expected_calibration_error(probability: NDArray[np.float64], label: NDArray[np.bool_], bins: int = 10) -> float:
    """Mean gap between what was said and what came, over bins of equal numbers of cases, weighted by them (Naeini et al. 2015)."""
    order = np.argsort(probability, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    gaps = [len(part) * abs(float(probability[part].mean()) - float(label[part].mean())) for part in parts]
    return sum(gaps) / max(len(probability), 1)


def by_period(periods: Sequence[str], probability: NDArray[np.float64], label: NDArray[np.bool_]) -> tuple[PeriodCalibration, ...]:
    """What was said and what came in each period, in order."""
    named = np.array(periods)
    return tuple(
        PeriodCalibration(
            period=period,
            said=float(probability[named == period].mean()),
            came=proportion(int(label[named == period].sum()), int((named == period).sum())),
        )
        for period in sorted(set(periods))
    )
