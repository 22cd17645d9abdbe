"""How wide the days ahead really are: what past forecasts of many customers showed, applied to the paths of one.

On each side of the middle path, `d` days ahead, the distance to the 10th (90th) percentile becomes

    max(simulated, stretch(d) * sqrt(simulated**2 + (own_share * own * sqrt(d / 30))**2))

where `own` is how much this balance itself has moved in a month. The stretches are conformal on past origins (Romano, Patterson and
Candes 2019, asymmetric), see `past_days`; between the days that were learnt they are interpolated.
"""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from tools.twin.calendar.payment_day import DAYS_PER_MONTH
from tools.twin.simulate.noise import Real, normal_scores
from tools.value import Value

Money = npt.NDArray[np.int64]
Side = Literal["below", "above"]
SIDES: tuple[Side, Side] = ("below", "above")

#: The own daily changes that count: half a year of them.
OWN_DAYS = 180
#: A balance moves in a month by this part of what comes in or goes out, before it has shown how much: that counts for as many months.
#: As in the outlook, see there.
_MOVE_PER_SIZE, _PRIOR_MONTHS = 0.6, 4.0
#: The simulated distances are stretched at most this far; what is still missing is added by the rank of the path.
_MOST_STRETCH = 3.0
_LOW, _HIGH = 0.1, 0.9


class DayStretch(Value):
    """What past forecasts of a balance so many days ahead showed: how often too narrow they were, below and above the middle."""

    days: int = Field(ge=1)
    below: float = Field(ge=0)
    above: float = Field(ge=0)


class DaysLearnt(Value):
    """What the past of the customers of one source teaches about the days ahead.

    Attributes:
        own_share: how much of the width comes from the balance's own moves.
        days: stretches in ascending order of days.
        sure: distance from the middle at which money left was enough in 9 of 10 cases, in widths.
        lasting: of a share `p` of paths that fall below zero, `p ** lasting` do: people make money last. Never below 1.
        accounts, origins, cases: what it was learnt from; 0 when it is built in.
    """

    own_share: float = Field(ge=0)
    days: tuple[DayStretch, ...] = Field(min_length=1)
    sure: float = Field(ge=0)
    lasting: float = Field(ge=1)
    accounts: int = Field(default=0, ge=0)
    origins: int = Field(default=0, ge=0)
    cases: int = Field(default=0, ge=0)

    def stretch(self, days: float | Real, side: Side) -> Any:
        """The stretch of one side so many days ahead (one or an array): between the days that were learnt, a straight line."""
        return np.interp(days, [float(one.days) for one in self.days], [float(getattr(one, side)) for one in self.days])


#: What holds without a past to learn from: what young Berka accounts with an even number showed.
BUILT_IN = DaysLearnt(
    own_share=1.0,
    days=(
        DayStretch(days=1, below=0.1, above=0.2),
        DayStretch(days=3, below=0.5, above=0.5),
        DayStretch(days=7, below=1.0, above=0.8),
        DayStretch(days=14, below=1.0, above=1.0),
        DayStretch(days=35, below=0.8, above=1.0),
    ),
    sure=0.3,
    lasting=1.2,
)


class DailyScale(Value):
    """The same for one account: `own_minor` is the spread of its daily changes over `own_days` days, minor units."""

    learnt: DaysLearnt = BUILT_IN
    own_minor: float = Field(default=0.0, ge=0)
    own_days: int = Field(default=0, ge=0)

    def own_move(self, size_minor: int, days: float | Real) -> Real:
        """How much of a width so many days ahead comes from the balance's own moves, minor units.

        Args:
            size_minor: what comes in or goes out in a mean month, whichever is more.
            days: one or many.
        """
        months = self.own_days / DAYS_PER_MONTH
        shown = self.own_minor * DAYS_PER_MONTH**0.5
        move = (months * shown + _PRIOR_MONTHS * _MOVE_PER_SIZE * size_minor) / (months + _PRIOR_MONTHS)
        return move * np.sqrt(np.asarray(days, dtype=np.float64) / DAYS_PER_MONTH)

    def width(self, simulated: float | Real, size_minor: int, days: float | Real) -> Real:
        """A simulated distance from the middle and the balance's own moves together, not yet stretched."""
        return np.hypot(simulated, self.learnt.own_share * self.own_move(size_minor, days))

    def stretched(self, balance: Money, size_minor: int) -> Money:
        """Balances of the same paths, shape (paths, days), the first column a day ahead, as wide as past forecasts needed.

        The middle stays, the paths keep their order on each day, and no path falls below zero on a day when it did not in the
        simulation: a bill takes an account below zero, unforeseen everyday spending hardly ever does.
        """
        paths, days = balance.shape
        ahead = np.arange(1, days + 1, dtype=np.float64)
        order = np.lexsort((np.broadcast_to(balance.sum(axis=1)[:, None], balance.shape), balance), axis=0)
        ranked = np.take_along_axis(balance, order, axis=0).astype(np.float64)
        scores = normal_scores(paths)
        middle = _rank(paths, 0.5)
        wide = np.empty_like(ranked)
        for rank, half, stretch in (
            (_rank(paths, _LOW), slice(None, middle + 1), self.learnt.stretch(ahead, "below")),
            (_rank(paths, _HIGH), slice(middle + 1, None), self.learnt.stretch(ahead, "above")),
        ):
            simulated = np.abs(ranked[rank] - ranked[middle])
            wanted = np.maximum(simulated, stretch * self.width(simulated, size_minor, ahead))
            times = np.where(simulated > 0, np.minimum(wanted / np.maximum(simulated, 1.0), _MOST_STRETCH), 0.0)
            reach = max(abs(float(scores[rank] - scores[middle])), 1e-9)
            added = ((scores[half] - scores[middle]) / reach)[:, None] * (wanted - times * simulated)
            wide[half] = ranked[middle] + times * (ranked[half] - ranked[middle]) + added
        found = np.empty_like(wide)
        np.put_along_axis(found, order, wide, axis=0)
        whole = _whole(found)
        return np.where(balance >= 0, np.maximum(whole, 0), whole)

    def made_to_last(self, balance: Money) -> Money:
        """The same paths with only so many below zero as accounts were, those with the lowest day; the others stay at zero."""
        lowest = balance.min(axis=1)
        below = int(np.count_nonzero(lowest < 0))
        kept = round(len(lowest) * (below / len(lowest)) ** self.learnt.lasting)
        spared = np.ones(len(lowest), dtype=bool)
        spared[np.argsort(lowest, kind="stable")[:kept]] = False
        return np.where(spared[:, None], np.maximum(balance, 0), balance)

    def sure_left(self, middle: float, low: float, size_minor: int, days: int) -> float:
        """What money left was at least in 9 of 10 past cases; never more than simulated. `low` is the 10th percentile."""
        return min(low, middle - self.learnt.sure * float(self.width(middle - low, size_minor, days)))


def own_scale(balances: Money | Sequence[int], learnt: DaysLearnt = BUILT_IN) -> DailyScale:
    """The scale of an account with these balances at the ends of its days, oldest first."""
    changes = np.diff(np.asarray(balances, dtype=np.float64)[-OWN_DAYS - 1 :])
    return DailyScale(learnt=learnt, own_minor=round(float(changes.std()), 2) if len(changes) else 0.0, own_days=len(changes))


def _rank(paths: int, share: float) -> int:
    """Place of a nearest-rank percentile among so many sorted paths."""
    return max(-int(-paths * share // 1), 1) - 1


def _whole(values: npt.NDArray[np.floating[Any]]) -> Money:
    return np.rint(values).astype(np.int64)
