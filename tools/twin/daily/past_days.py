"""Learning how wide the days ahead are: forecasts from past days of many customers, held against what came.

Each history is cut off at past days (`ORIGINS` of them, each customer at every third), a twin is fitted to what was known then
and simulated; its percentiles are kept beside the balances that followed. No forecast sees what it is judged by, and everything
lies before the history's own business date.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from tools.errors import PersonaForgeError
from tools.ledger.category import CATEGORIES
from tools.ledger.features import features_of
from tools.ledger.history import History
from tools.ledger.movements import Movements, Part, daily_balances, movements_of
from tools.ledger.past import history_on
from tools.twin.calendar.payment_day import DAYS_PER_MONTH
from tools.twin.daily.daily import simulate_days, size_of
from tools.twin.daily.daily_scale import BUILT_IN, SIDES, DailyScale, DaysLearnt, DayStretch, own_scale
from tools.twin.daily.safe_to_spend import money_left
from tools.twin.fit.fit import fit_twin
from tools.twin.simulate.noise import Real
from tools.twin.twin import Twin
from tools.value import Value

#: Days ahead that are learnt, and the longest.
DAYS = (1, 3, 7, 14, 21, 28, 35)
LONGEST = DAYS[-1]
#: Past days to forecast from, and how far apart: not a whole month, so that they fall on all days of the month.
ORIGINS, APART_DAYS, _TURNS = 9, 23, 3
#: An account is learnt from when it is this old: before, it is filling.
_YOUNGEST_DAYS = 75
_PATHS = 128
#: A past day weighs e times less for each so many days that it lies back, and a source's stretches are its own to one half from so
#: many cases on. Chosen, like the shares of the own moves to choose from, on Berka accounts with an even number and a demo bank.
_FADES_DAYS, _HALF_FROM, _HALF_FROM_FALLS = 90.0, 60.0, 30.0
_OWN_SHARES = (0.15, 0.3, 0.6, 1.0)
_LASTINGS = tuple(round(1 + step / 10, 1) for step in range(16))
_SIDE = 0.9
_REGULAR = frozenset({"direct_debit", "standing_order"})


class PastDays(Value):
    """One forecast from a past day and what came of it, in minor units.

    Attributes:
        key: whose.
        ranges: 10th, 50th and 90th percentile for each of `DAYS`; `balances` what was booked.
        below_zero: share of paths that fell below zero within `LONGEST` days, and `fell` whether the account did; None when it
            was below zero to begin with.
        left_days: days until pay day; `left_range` the 10th and 50th percentile of the money left by then, `left_minor` what was left.
    """

    key: str
    origin: date
    size_minor: int
    scale: DailyScale
    ranges: tuple[tuple[int, int, int], ...]
    balances: tuple[int, ...]
    below_zero: float | None
    fell: bool
    left_days: int
    left_range: tuple[int, int]
    left_minor: int


def past_days(history: History) -> tuple[PastDays, ...]:
    """What forecasts of this customer from past days would have said, newest first; none while the account was too young."""
    movements = movements_of(history)
    if not len(movements.day):
        return ()
    first = int(movements.day[0])
    balances = daily_balances(movements, ("current", "business"), first)
    turn = crc32(history.customer.id.encode()) % _TURNS
    found: list[PastDays] = []
    for back in range(turn, ORIGINS, _TURNS):
        origin = history.as_of - timedelta(days=LONGEST + APART_DAYS * back)
        if origin.toordinal() - first < _YOUNGEST_DAYS:
            break
        case = past_day(history, movements, balances[: history.as_of.toordinal() - first + 1], origin)
        if case is not None:
            found.append(case)
    return tuple(found)


def past_day(history: History, movements: Movements, balances: NDArray[np.int64], origin: date) -> PastDays | None:
    """One of them; None where no twin could be fitted. `balances` are those of each day from the first booking on."""
    past = history_on(history, origin)
    try:
        twin = fit_twin(past, features_of(past))
    except PersonaForgeError:
        return None
    at = len(balances) - 1 - (history.as_of - origin).days
    paths = simulate_days(twin, LONGEST, _PATHS).balance
    ranked = np.percentile(paths[:, [days - 1 for days in DAYS]], (10, 50, 90), axis=0, method="inverted_cdf").astype(np.int64)
    later = balances[at + 1 : at + 1 + LONGEST]
    until, left = money_left(twin, _PATHS)
    low_left, middle_left = np.percentile(left, (10, 50), method="inverted_cdf")
    return PastDays(
        key=history.customer.id,
        origin=origin,
        size_minor=size_of(twin),
        scale=own_scale(balances[: at + 1]),
        ranges=tuple((int(low), int(middle), int(high)) for low, middle, high in ranked.T),
        balances=tuple(int(later[days - 1]) for days in DAYS),
        below_zero=float(np.mean((paths < 0).any(axis=1))) if twin.balance_minor >= 0 else None,
        fell=bool((later < 0).any()),
        left_days=max((until - origin).days, 1),
        left_range=(int(low_left), int(middle_left)),
        left_minor=_left(twin, movements, origin, min(until, origin + timedelta(days=LONGEST))),
    )


def learn_days(cases: Iterable[PastDays]) -> DaysLearnt:
    """What these forecasts teach; the built-in scale when there are none. Their order does not matter."""
    found = sorted(cases, key=lambda case: (case.key, case.origin))
    if not found:
        return BUILT_IN
    seen = _columns(found)
    own_share, days = min((_stretches(seen, share) for share in _OWN_SHARES), key=lambda learnt: _loss(seen, *learnt))
    return DaysLearnt(
        own_share=own_share,
        days=days,
        sure=_sure(seen, own_share),
        lasting=_lasting(seen),
        accounts=len({case.key for case in found}),
        origins=len({case.origin for case in found}),
        cases=len(found),
    )


@dataclass(frozen=True)
class _Columns:
    """The cases as arrays with one entry each; money in minor units.

    `move` is the own move of a month, `below` and `above` the simulated distances of the percentiles from the middle, and `moved`
    that of the outcome, shape (cases, DAYS).
    """

    weight: Real
    trust: float
    move: Real
    below: Real
    above: Real
    moved: Real
    chance: Real
    fell: NDArray[np.bool_]
    left_days: Real
    left_below: Real
    left_moved: Real

    def width(self, simulated: Real, own_share: float, days: float | Real) -> Real:
        """As `DailyScale.width`, for all cases."""
        return np.maximum(np.hypot(simulated, own_share * self.move * np.sqrt(days / DAYS_PER_MONTH)), 1.0)


def _columns(cases: Sequence[PastDays]) -> _Columns:
    newest = max(case.origin for case in cases)
    weight = np.array([np.exp(-(newest - case.origin).days / _FADES_DAYS) for case in cases])
    own = float(weight.sum() ** 2 / (weight**2).sum())
    ranges = np.array([case.ranges for case in cases], dtype=np.float64)
    left = np.array([case.left_range for case in cases], dtype=np.float64)
    return _Columns(
        weight=weight,
        trust=own / (own + _HALF_FROM),
        move=np.array([float(case.scale.own_move(case.size_minor, DAYS_PER_MONTH)) for case in cases]),
        below=ranges[:, :, 1] - ranges[:, :, 0],
        above=ranges[:, :, 2] - ranges[:, :, 1],
        moved=np.array([case.balances for case in cases], dtype=np.float64) - ranges[:, :, 1],
        chance=np.array([np.nan if case.below_zero is None else case.below_zero for case in cases]),
        fell=np.array([case.fell for case in cases]),
        left_days=np.array([case.left_days for case in cases], dtype=np.float64),
        left_below=left[:, 1] - left[:, 0],
        left_moved=np.array([case.left_minor for case in cases], dtype=np.float64) - left[:, 1],
    )


def _stretches(seen: _Columns, own_share: float) -> tuple[float, tuple[DayStretch, ...]]:
    """The conformal stretch of both sides for each of `DAYS`."""
    found: list[DayStretch] = []
    for at, days in enumerate(DAYS):
        sides = ((-seen.moved[:, at], seen.below[:, at]), (seen.moved[:, at], seen.above[:, at]))
        below, above = (
            _conformal(seen, out, simulated, own_share, days, BUILT_IN.stretch(days, side))
            for (out, simulated), side in zip(sides, SIDES, strict=True)
        )
        found.append(DayStretch(days=days, below=below, above=above))
    return own_share, tuple(found)


def _conformal(seen: _Columns, out: Real, simulated: Real, own_share: float, days: float | Real, built_in: float) -> float:
    """The weighted 0.9 quantile of how many widths outcomes lay out on one side, drawn to the built-in one while cases are few.

    What the simulation itself covered needs no stretch, for no side becomes narrower than simulated.
    """
    scores = np.where(out <= simulated, 0.0, out / seen.width(simulated, own_share, days))
    order = np.argsort(scores, kind="stable")
    reached = np.cumsum(seen.weight[order]) / seen.weight.sum()
    own = float(scores[order][min(int(np.searchsorted(reached, _SIDE)), len(scores) - 1)])
    return round(seen.trust * own + (1 - seen.trust) * built_in, 4)


def _loss(seen: _Columns, own_share: float, stretches: Sequence[DayStretch]) -> float:
    """Pinball loss of both borders in own monthly moves, over all days (Koenker and Bassett 1978)."""
    total = 0.0
    for at, stretch in enumerate(stretches):
        moved, below, above = seen.moved[:, at], seen.below[:, at], seen.above[:, at]
        under = moved + np.maximum(below, stretch.below * seen.width(below, own_share, stretch.days))
        over = moved - np.maximum(above, stretch.above * seen.width(above, own_share, stretch.days))
        lost = np.maximum((1 - _SIDE) * under, -_SIDE * under) + np.maximum(_SIDE * over, -(1 - _SIDE) * over)
        total += float(np.sum(seen.weight * lost / np.maximum(seen.move, 1.0)))
    return total


def _sure(seen: _Columns, own_share: float) -> float:
    return _conformal(seen, -seen.left_moved, seen.left_below, own_share, seen.left_days, BUILT_IN.sure)


def _lasting(seen: _Columns) -> float:
    """The power that makes the chances of falling below zero most likely (maximum likelihood on a grid).

    Drawn to the built-in one by how many accounts fell: of an event that hardly ever came nothing can be learnt.
    """
    known = ~np.isnan(seen.chance)
    chance = np.clip(seen.chance[known], 0.5 / _PATHS, 1 - 0.5 / _PATHS)
    fell, weight = seen.fell[known], seen.weight[known]

    def surprise(power: float) -> float:
        told = chance**power
        return -float(np.sum(weight * np.where(fell, np.log(told), np.log1p(-told))))

    trust = int(fell.sum()) / (int(fell.sum()) + _HALF_FROM_FALLS)
    return round(trust * min(_LASTINGS, key=surprise) + (1 - trust) * BUILT_IN.lasting, 4)


def _left(twin: Twin, movements: Movements, origin: date, until: date) -> int:
    """The least that was left up to the day before `until`, had nothing been spent on everyday things or put aside since."""
    first, last = origin.toordinal(), max(until.toordinal() - 1, origin.toordinal() + 1)
    inside = np.flatnonzero((movements.day > first) & (movements.day <= last) & ~movements.on_savings)
    left = np.zeros(last - first, dtype=np.int64)
    for at in inside.tolist():
        if not _everyday(movements, at):
            left[movements.day[at] - first - 1] += movements.amount[at]
    return twin.balance_minor + min(int(np.cumsum(left).min()), 0)


def _everyday(movements: Movements, at: int) -> bool:
    """Whether a movement is money put aside, or spending that no standing order, direct debit or commitment asks for."""
    if movements.part[at] == Part.SAVING:
        return True
    if movements.part[at] != Part.SPENDING:
        return False
    move = movements.transactions[at]
    known = CATEGORIES.get(move.category)
    return move.operation not in _REGULAR and (known is None or known.group not in {"commitment", "credit"})
