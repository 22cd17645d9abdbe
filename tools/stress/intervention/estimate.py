"""What another policy would have earned, from the log of the one that decided: one decision, one outcome.

Only one step: weights over many decisions multiply, and what is left of such a log is nothing (in a trial, 800 years of weekly
decisions had an effective sample size of 0.0). Inverse propensity scoring (Horvitz and Thompson 1952), self-normalised (Swaminathan
and Joachims 2015) and doubly robust (Dudik, Langford, Li 2011, arXiv 1103.4601), cross-fitted.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tools.errors import UsageError
from tools.stress.intervention.action import ACTIONS, Bools, Ints, Reals, Situations
from tools.stress.intervention.observation import observed
from tools.value import Value

_FOLDS = 5
_RIDGE = 1.0
_95 = 1.96
#: A log whose weights leave fewer independent decisions than this says nothing.
LEAST_EFFECTIVE = 50.0


@dataclass(frozen=True)
class Log:
    """Decisions that were made, one a row, shapes (decisions, ...).

    Attributes:
        seen: the situations as a policy saw them; `free` what was allowed.
        actions: what was done; `propensities` how likely that was, never zero.
        rewards: what came of it.
    """

    seen: Situations
    free: Bools
    actions: Ints
    propensities: Reals
    rewards: Reals

    def __len__(self) -> int:
        return len(self.actions)


class Estimate(Value):
    """The mean reward that a policy would have had, with its 95 % interval; `enough` when enough of the log speaks for it."""

    method: str
    value: float
    low: float
    high: float
    effective: float
    enough: bool


def estimates(log: Log, chances: Reals, *, seed: int = 0) -> tuple[Estimate, Estimate, Estimate]:
    """IPS, self-normalised IPS and doubly robust, in this order.

    Args:
        chances: of the other policy for each decision, shape (decisions, actions).
        seed: deals the decisions into folds.

    Raises:
        UsageError: an empty log, or one whose propensities cannot be (`bad_log`).
    """
    if not len(log) or not ((log.propensities > 0) & (log.propensities <= 1)).all():
        raise UsageError(
            "The log has no decision, or one with a propensity that cannot be. Log each decision with its chance.", code="bad_log"
        )
    weights = chances[np.arange(len(log)), log.actions] / log.propensities
    squares = float((weights**2).sum())
    effective = float(weights.sum()) ** 2 / squares if squares else 0.0

    def estimate(method: str, parts: Reals) -> Estimate:
        mean, error = float(parts.mean()), float(parts.std(ddof=1)) / len(parts) ** 0.5
        return Estimate(
            method=method,
            value=round(mean, 5),
            low=round(mean - _95 * error, 5),
            high=round(mean + _95 * error, 5),
            effective=round(effective, 1),
            enough=effective >= LEAST_EFFECTIVE,
        )

    normal = weights.mean() or 1.0
    ratio = float((weights * log.rewards).mean() / normal)
    predicted = _cross_fitted(log, seed)
    direct = (chances * predicted).sum(axis=1)
    correction = weights * (log.rewards - predicted[np.arange(len(log)), log.actions])
    return (
        estimate("ips", weights * log.rewards),
        # The parts of a ratio: its linearisation around the mean has the same spread (delta method).
        estimate("snips", ratio + weights * (log.rewards - ratio) / normal),
        estimate("dr", direct + correction),
    )


def _cross_fitted(log: Log, seed: int) -> Reals:
    """Rewards of each action, each row predicted by a model that has not seen it, shape (decisions, actions)."""
    folds = np.random.default_rng([seed, 2]).integers(0, _FOLDS, size=len(log))
    design = _design(observed(log.seen))
    predicted = np.zeros((len(log), len(ACTIONS)))
    for fold in range(_FOLDS):
        held = folds == fold
        for action in range(len(ACTIONS)):
            predicted[held, action] = _fitted(design, log, ~held & (log.actions == action), ~held)(design[held])
    return predicted


def _design(observations: Reals) -> Reals:
    """An intercept, the observations, and their squares."""
    return np.concatenate([np.ones((len(observations), 1)), observations, observations**2], axis=1)


def _fitted(design: Reals, log: Log, rows: Bools, others: Bools) -> Callable[[Reals], Reals]:
    """Ridge regression on these rows, towards the mean of them; where there are too few, the mean of all."""
    if int(rows.sum()) < design.shape[1]:
        mean = float(log.rewards[others].mean())
        return lambda asked: np.full(len(asked), mean)
    inputs, centre = design[rows], float(log.rewards[rows].mean())
    penalty = _RIDGE * np.eye(design.shape[1])
    weights = np.linalg.solve(inputs.T @ inputs + penalty, inputs.T @ (log.rewards[rows] - centre))
    return lambda asked: centre + asked @ weights
