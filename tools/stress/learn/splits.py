"""Keeping the judged cases from what was learned: always by group, and by time where outcomes overlap."""

import hashlib
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from tools.stress.learn.cases import Cases

Mask = NDArray[np.bool_]
#: Share of the groups that a contender learns nothing from.
HELD_OUT_SHARE = 0.3


def held_out(cases: Cases) -> Mask:
    """The cases of groups that are held out: by a hash of the id, so the same ones on every day and in every larger set."""
    return draw(cases, "held out") < HELD_OUT_SHARE


def folds(cases: Cases, count: int, seed: int) -> Iterator[tuple[Mask, Mask]]:
    """Group folds as (learned, judged); groups with an event are dealt evenly, so that no fold is without."""
    names, place = np.unique(cases.ids, return_inverse=True)
    positive = np.zeros(len(names), dtype=bool)
    positive[place[cases.label]] = True
    luck = draw(cases, f"fold {seed}")
    order = np.lexsort((_first(luck, place, len(names)), positive))
    dealt = np.empty(len(names), dtype=np.int64)
    dealt[order] = np.arange(len(names)) % count
    for fold in range(count):
        judged = dealt[place] == fold
        yield ~judged, judged


def later(cases: Cases, count: int, seed: int) -> list[tuple[Mask, Mask]]:
    """Group folds in the order of time as (learned, judged), empty where all cutoffs lie within one horizon.

    Judged are the cutoffs of the last third of a horizon; learned are other groups, at cutoffs whose outcome was over by then.
    """
    boundary = int(cases.cutoffs.max(initial=0)) - cases.horizon_days // 3
    over, late = cases.cutoffs + cases.horizon_days <= boundary, cases.cutoffs >= boundary
    if not over.any():
        return []
    return [(learned & over, judged & late) for learned, judged in folds(cases, count, seed)]


def draw(cases: Cases, purpose: str) -> NDArray[np.float64]:
    """A number in 0..1 for each case, the same for all cases of a group and for the same id always."""
    names, place = np.unique(cases.ids, return_inverse=True)
    digests = (hashlib.sha256(f"{purpose}:{cases.source}:{name}".encode()).digest() for name in names.tolist())
    return np.array([int.from_bytes(digest[:8], "big") / 2**64 for digest in digests])[place]


def _first(values: NDArray[np.float64], place: NDArray[np.intp], count: int) -> NDArray[np.float64]:
    found = np.empty(count)
    found[place] = values
    return found
