"""What one contact does: everybody's year twice, with and without it, over the same luck."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from tools.ledger.query import Band
from tools.stress.bands import band_of
from tools.stress.intervention.action import ACTIONS, NONE, Effect, Reals
from tools.stress.intervention.book import WEEKS, Book
from tools.stress.intervention.constants import Constants
from tools.stress.intervention.course import Course
from tools.stress.intervention.effects import cell_of
from tools.stress.intervention.guards import allowed, blocked
from tools.stress.intervention.luck import Luck

#: Half a year after the contact is what counts.
AFTER_WEEKS = 26
#: Fewer pairs say nothing.
LEAST_PAIRS = 200
_95 = 1.96
_BANDS: tuple[Band, ...] = ("healthy", "watchlist", "critical")


@dataclass
class _Cell:
    """Strained weeks saved, pair by pair."""

    saved: list[Reals] = field(default_factory=list[Reals])

    def effect(self) -> Effect | None:
        pairs = np.concatenate(self.saved)
        if len(pairs) < LEAST_PAIRS:
            return None
        mean, error = float(pairs.mean()), float(pairs.std(ddof=1) / len(pairs) ** 0.5)
        low, high = mean - _95 * error, mean + _95 * error
        return Effect(strained_weeks_saved=round(mean, 3), low=round(low, 3), high=round(high, 3), customers=len(pairs))


def measured(book: Book, lucks: Iterable[Luck], constants: Constants, weeks: Iterable[int] = (8, 16, 24)) -> dict[str, Effect]:
    """The mean effect of each contact by band and credit, of those whom the guards would let be contacted.

    Strained weeks are those in the critical band or below zero. Before and after the contact nobody is contacted.
    """
    cells: dict[str, _Cell] = {}
    at = sorted(set(weeks))
    for luck in lucks:
        course = Course(book, luck, constants)
        nobody = np.zeros(len(book), dtype=np.int64)
        while course.week <= at[-1]:
            if course.week in at:
                _add(cells, course, constants)
            course.advance(nobody)
    found = {name: cell.effect() for name, cell in sorted(cells.items())}
    return {name: effect for name, effect in found.items() if effect is not None}


def _add(cells: dict[str, _Cell], course: Course, constants: Constants) -> None:
    seen = course.situations(calls_left=len(course.book))
    free = allowed(blocked(seen, constants))
    bands = np.array([band_of(score) for score in seen.score])
    without = _strained_after(course, NONE)
    for action in range(1, len(ACTIONS)):
        saved = without - _strained_after(course, action)
        for band in _BANDS:
            for has_credit in (False, True):
                rows = free[:, action] & (bands == band) & (seen.has_credit == has_credit)
                cells.setdefault(cell_of(band, has_credit, ACTIONS[action]), _Cell()).saved.append(saved[rows])


def _strained_after(course: Course, action: int) -> Reals:
    fork, begin = course.fork(), course.week
    actions = np.full(len(course.book), action, dtype=np.int64)
    for _ in range(min(AFTER_WEEKS, WEEKS - begin)):
        fork.advance(actions)
        actions = np.zeros(len(course.book), dtype=np.int64)
    after = slice(begin, begin + AFTER_WEEKS)
    return (fork.critical[:, after] | (fork.below[:, after] > 0)).sum(axis=1).astype(np.float64)
