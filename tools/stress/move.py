"""What would move a stress score: the smallest change of one thing that brings it into the next better band.

Things are remedies: a remedy takes the readings that it changes from where they are towards their best, all by the same share of
the way, because a larger buffer is seen in every measure of the balance at once. The model is monotone in them, so the smallest
share that suffices is found by bisection on the model itself.
"""

from collections.abc import Sequence
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tools.errors import TooShortError
from tools.ledger.query import Band
from tools.stress.bands import CRITICAL_FROM, WATCHLIST_FROM, band_of
from tools.stress.families.family import Remedy, Unit
from tools.stress.inputs import INPUT_AT, INPUTS
from tools.stress.model.file import shipped_model
from tools.stress.model.model import StressModel
from tools.stress.score import LEAST_SAID, Reading, StressStatus
from tools.value import Value

MOST = 3
_STEPS = 12
#: Keeps a whole number that was reached from being taken for one that was not.
_NEARLY = 1e-9

Floats = NDArray[np.float64]
Reach = Literal["healthy_already", "reached", "not_by_one"]


class Move(Value):
    """One remedy and how far it has to go.

    Attributes:
        key, value, unit: the reading that shows it, and its value now.
        to: the value that it has to reach.
        effort: share of the way to its best, 0..1.
        score, band: what the model says then, all else being as it is.
    """

    remedy: Remedy
    key: str
    unit: Unit
    value: float
    to: float
    effort: float
    score: float
    band: Band


class StressMoves(Value):
    """At most three ways, the smallest first.

    Attributes:
        target: the score to get below; None for a healthy customer.
        reach: `reached`: each of `moves` alone gets there. `not_by_one`: none does alone; `moves` are those that lower the score most.
    """

    customer_id: str
    as_of: date
    model: str
    score: float
    band: Band
    target: float | None
    reach: Reach
    moves: tuple[Move, ...] = ()


def what_moves(status: StressStatus) -> StressMoves:
    """The smallest single changes that bring the score into the next better band.

    Raises:
        TooShortError: the status has no score.
    """
    if status.score is None:
        raise TooShortError(
            f"There are only {status.days_of_history} days of bookings, so there is no score to move. Ask again after a month."
        )
    target = {"critical": CRITICAL_FROM, "watchlist": WATCHLIST_FROM}.get(status.band)
    found = StressMoves(
        customer_id=status.customer_id, as_of=status.as_of, model=status.model, score=status.score, band=status.band, target=target,
        reach="healthy_already",
    )  # fmt: skip
    if target is None:
        return found
    moves = _moves(shipped_model(), status.readings, target)
    reached = sorted((move for move in moves if move.score < target), key=lambda move: (move.effort, move.remedy))
    if reached:
        return found.model_copy(update={"reach": "reached", "moves": tuple(reached[:MOST])})
    nearest = sorted((move for move in moves if move.score < status.score), key=lambda move: (move.score, move.remedy))
    return found.model_copy(update={"reach": "not_by_one", "moves": tuple(nearest[:MOST])})


def _moves(model: StressModel, readings: Sequence[Reading], target: float) -> list[Move]:
    """Every remedy, gone as far as it takes; all the way where that does not suffice."""
    now = np.array([np.nan if reading.value is None else reading.value for reading in readings])
    best = np.array([_best(reading) for reading in readings])
    remedies: list[Remedy] = sorted({each.remedy for each, goal in zip(readings, best, strict=True) if each.remedy and np.isfinite(goal)})
    if not remedies:
        return []
    moved = np.array([[reading.remedy == remedy for reading in readings] for remedy in remedies]) & np.isfinite(best)
    share = _least_shares(model, now, best, moved, target)
    rows = _gone(now, best, moved, share)
    scores = [round(float(score), 2) for score in model.scores(rows)]
    found: list[Move] = []
    for at, remedy in enumerate(remedies):
        place = _shown(readings, now, rows[at], moved[at])
        if place is None:
            continue
        shown = readings[place]
        found.append(
            Move(
                remedy=remedy, key=shown.key, unit=shown.unit, value=float(now[place]), to=float(rows[at, place]),
                effort=float(share[at]), score=scores[at], band=band_of(scores[at]),
            )
        )  # fmt: skip
    return found


def _best(reading: Reading) -> float:
    """The best value of a reading, NaN where it has none to reach: no remedy, no value, or as good as it gets."""
    if reading.remedy is None or reading.value is None:
        return np.nan
    goal = INPUTS[INPUT_AT[reading.key]].enough
    return goal if (reading.value - goal) * reading.direction > 0 else np.nan


def _least_shares(model: StressModel, now: Floats, best: Floats, moved: NDArray[np.bool_], target: float) -> Floats:
    """The smallest share of the way that suffices for each remedy, [remedies]; 1 where even that does not."""
    low, high = np.zeros(len(moved)), np.ones(len(moved))
    for _ in range(_STEPS):
        middle = (low + high) / 2
        enough = np.round(model.scores(_gone(now, best, moved, middle)), 2) < target
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return high


def _gone(now: Floats, best: Floats, moved: NDArray[np.bool_], share: Floats) -> Floats:
    """The readings after each remedy has gone its share of the way, [remedies, readings].

    What is counted in whole numbers moves by whole ones, and only when it has gone so far: nobody has half a debit fail less.
    """
    way = np.where(np.isfinite(best), best, now) - now
    rows = now + share[:, None] * way + 0.0  # no minus zero
    whole = np.where(way < 0, np.ceil(rows - _NEARLY), np.floor(rows + _NEARLY))
    return np.where(moved, np.where(now == np.round(now), whole, rows), now)


def _shown(readings: Sequence[Reading], now: Floats, row: Floats, moved: NDArray[np.bool_]) -> int | None:
    """The reading that tells the way: the first of the registry, which is the plainest, that goes far enough to be worth a word."""
    told = [at for at in np.flatnonzero(moved).tolist() if abs(row[at] - now[at]) >= LEAST_SAID[readings[at].unit]]
    return min(told, key=lambda at: INPUT_AT[readings[at].key], default=None)
