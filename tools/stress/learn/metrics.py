"""Measures of a way of scoring, with bootstrap intervals over whole groups."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tools.stress.learn.cases import Cases
from tools.stress.model.card import Interval, Measured, Measures, Split, SplitName
from tools.stress.monitor.calibration import expected_calibration_error

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
#: Value of every case by the way of scoring, and whether the value is a probability.
Ways = dict[Measured, tuple[Floats, bool]]
_Draws = tuple[NDArray[np.intp], Floats]
_RESAMPLES = 500
_TOP = (0.01, 0.05)
_WEEK = 7


@dataclass(frozen=True)
class _Ranked:
    """Cases by the place of their value among the distinct ones, from the lowest."""

    place: NDArray[np.intp]
    label: Mask
    distinct: int

    def counts(self, weight: Floats) -> tuple[Floats, Floats]:
        """Weight of cases with and without the event at each distinct value."""
        hits = np.bincount(self.place[self.label], weight[self.label], self.distinct).astype(np.float64)
        return hits, np.bincount(self.place, weight, self.distinct) - hits


def auc(values: Floats, label: Mask) -> float:
    """Chance that a case with the event has a higher value than one without, ties counting half; NaN when one kind is missing."""
    return _area(*_ranked(values, label).counts(np.ones(len(values))))


def average_precision(values: Floats, label: Mask) -> float:
    """Mean precision over the cases with the event, going down from the highest value; NaN without one."""
    return _precision(*_ranked(values, label).counts(np.ones(len(values))))


def _ranked(values: Floats, label: Mask) -> _Ranked:
    distinct, place = np.unique(values, return_inverse=True)
    return _Ranked(place, label, len(distinct))


def _area(hits: Floats, misses: Floats) -> float:
    pairs = hits.sum() * misses.sum()
    return float((hits * (np.cumsum(misses) - misses / 2)).sum() / pairs) if pairs > 0 else float("nan")


def _precision(hits: Floats, misses: Floats) -> float:
    found, seen = np.cumsum(hits[::-1]), np.cumsum((hits + misses)[::-1])
    precision = np.divide(found, seen, out=np.zeros(len(found)), where=seen > 0)
    return float((hits[::-1] * precision).sum() / found[-1]) if len(found) and found[-1] > 0 else float("nan")


def measured_split(name: SplitName, cases: Cases, ways: Ways, seed: int = 0) -> Split:
    """Every way of scoring on the same cases.

    Args:
        name: of the split.
        cases: all with known outcomes.
        ways: all that are compared.
        seed: of the bootstrap; all ways are judged on the same resamples.
    """
    place, times = _resamples(cases, seed)
    return Split(
        name=name,
        cases=len(cases),
        groups=len(np.unique(cases.ids)),
        positives=int(cases.label.sum()),
        positive_groups=cases.positive_ids,
        measures=tuple(_measures(way, cases, values, chance, (place, times)) for way, (values, chance) in ways.items()),
    )


def _resamples(cases: Cases, seed: int) -> _Draws:
    """The group of each case, [N], and how often each group is drawn, [resamples, groups]; a group brings all its cases."""
    names, place = np.unique(cases.ids, return_inverse=True)
    rng = np.random.default_rng(seed)
    return place, rng.multinomial(len(names), np.full(len(names), 1 / len(names)), size=_RESAMPLES).astype(np.float64)


def _measures(way: Measured, cases: Cases, values: Floats, chance: bool, draws: _Draws) -> Measures:
    label = cases.label
    precision = precision_at_top(cases, values)
    lead, seen = lead_days(cases, values)
    area, average = _intervals(values, label, draws)
    return Measures(
        name=way,
        auc=area,
        ap=average,
        brier=round(float(np.mean((values - label) ** 2)), 5) if chance else None,
        calibration_error=round(expected_calibration_error(values, label), 5) if chance else None,
        precision_top_1=precision[0],
        precision_top_5=precision[1],
        lead_days=lead,
        seen_groups=seen,
    )


def _intervals(values: Floats, label: Mask, draws: _Draws) -> tuple[Interval | None, Interval | None]:
    """AUC and average precision with their bounds; None where one kind of case is missing."""
    ranked, (place, times) = _ranked(values, label), draws
    if not label.any() or label.all():
        return None, None
    counts = [ranked.counts(drawn[place]) for drawn in times]
    area, average = ([measure(*each) for each in counts] for measure in (_area, _precision))
    return _interval(auc(values, label), area), _interval(average_precision(values, label), average)


def _interval(value: float, drawn: list[float]) -> Interval:
    # A resample in which no group with an event was drawn says nothing.
    low, high = np.nanquantile(drawn, [0.025, 0.975])
    return Interval(value=round(value, 4), low=round(float(low), 4), high=round(float(high), 4))


def in_top(cases: Cases, values: Floats, share: float) -> Mask:
    """The cases that a desk with calls for this share would take: the highest of each week, at least one."""
    taken = np.zeros(len(cases), dtype=bool)
    week = cases.cutoffs // _WEEK
    for each in np.unique(week):
        inside = np.flatnonzero(week == each)
        calls = max(round(share * len(inside)), 1)
        taken[inside[np.argsort(-values[inside], kind="stable")[:calls]]] = True
    return taken


def precision_at_top(cases: Cases, values: Floats) -> tuple[float | None, float | None]:
    """Share of trouble among the highest 1 % and 5 % of each week's cases; None without a case."""
    if not len(cases):
        return None, None
    top_1, top_5 = (round(float(cases.label[in_top(cases, values, share)].mean()), 4) for share in _TOP)
    return top_1, top_5


def lead_days(cases: Cases, values: Floats) -> tuple[float | None, int]:
    """Median days from a group's first case in the highest 5 % of its week to its event, and how many groups were seen so.

    Looks back from each group's first event; only cases whose horizon reaches it count.
    """
    came = cases.label
    names, place = np.unique(cases.ids[came], return_inverse=True)
    cutoffs, event_day = cases.cutoffs[came].astype(np.float64), (cases.cutoffs + cases.event)[came]
    first_event, first_seen = np.full(len(names), np.inf), np.full(len(names), np.inf)
    np.minimum.at(first_event, place, event_day)
    seen = in_top(cases, values, _TOP[1])[came] & (event_day == first_event[place])
    np.minimum.at(first_seen, place[seen], cutoffs[seen])
    leads = (first_event - first_seen)[np.isfinite(first_seen)]
    return (float(np.median(leads)) if len(leads) else None), len(leads)
