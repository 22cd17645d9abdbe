"""How good the days ahead of one cutoff were: learnt before it, held against what came, beside what anyone could say.

The baseline says that the balance stays, give or take the spread of its past daily changes times the root of the days. Losses are
the mean pinball loss of the 10th, 50th and 90th percentile, in own moves of a month.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from statistics import fmean
from typing import NamedTuple

import numpy as np

from tools.errors import PersonaForgeError
from tools.ledger.features import features_of
from tools.ledger.history import History
from tools.ledger.movements import daily_balances, movements_of
from tools.ledger.past import history_on
from tools.twin.calendar.payment_day import DAYS_PER_MONTH
from tools.twin.daily.daily import calibrated, next_pay_day, simulate_days, size_of
from tools.twin.daily.daily_scale import DaysLearnt, Money, own_scale
from tools.twin.daily.past_days import DAYS, LONGEST, learn_days, past_days
from tools.twin.fit.fit import fit_twin
from tools.twin.outlook.evaluation import QUANTILES, pinball
from tools.value import Value

#: An account is judged from this age on.
LEAST_DAYS = 80
_PATHS = 256
#: 0.9 quantile of the standard normal distribution.
_NORMAL_90 = 1.2815515655446004


class JudgedBand(Value):
    """The 80 % bands of all accounts so many days ahead; `days` is None for the day before each account's pay day.

    Attributes:
        coverage: share of balances inside; `uncalibrated_coverage` and `baseline_coverage` of the twin alone and of the baseline.
        loss: see above; `width` is the mean width over that of the twin alone.
    """

    days: int | None
    coverage: float
    uncalibrated_coverage: float
    baseline_coverage: float
    loss: float
    uncalibrated_loss: float
    baseline_loss: float
    width: float


class JudgedDays(Value):
    """Everything about one cutoff. `chance` is the mean probability of a day below zero, `fell` the share of accounts that had one."""

    cutoff: date
    accounts: int
    learnt: DaysLearnt
    bands: tuple[JudgedBand, ...]
    chance: float
    fell: float


class _Judged(NamedTuple):
    """One account: balances of (calibrated, uncalibrated, baseline) percentiles and what came, over the days that are judged."""

    ranges: np.ndarray
    balances: np.ndarray
    move: float
    chance: float
    fell: bool


def judge_days(histories: Sequence[History], cutoff: date) -> JudgedDays | None:
    """Learn from what these histories held by the cutoff, and judge the `LONGEST` days after it; None when no account can be."""
    learnt = learn_days(case for history in histories for case in past_days(history_on(history, cutoff)))
    judged = [one for one in (_judged(history, cutoff, learnt) for history in histories) if one is not None]
    if not judged:
        return None
    return JudgedDays(
        cutoff=cutoff,
        accounts=len(judged),
        learnt=learnt,
        bands=tuple(_band(judged, at, days) for at, days in enumerate((*DAYS, None))),
        chance=round(fmean(one.chance for one in judged), 4),
        fell=round(fmean(one.fell for one in judged), 4),
    )


def _judged(history: History, cutoff: date, learnt: DaysLearnt) -> _Judged | None:
    movements, past = movements_of(history), history_on(history, cutoff)
    first = int(movements.day[0]) if len(movements.day) else cutoff.toordinal()
    at = cutoff.toordinal() - first
    if at < LEAST_DAYS or history.as_of < cutoff + timedelta(days=LONGEST):
        return None
    try:
        twin = fit_twin(past, features_of(past))
    except PersonaForgeError:
        return None
    balances = daily_balances(movements, ("current", "business"), first)
    later, scale = balances[at + 1 : at + 1 + LONGEST], own_scale(balances[: at + 1], learnt)
    plain = simulate_days(twin, LONGEST, _PATHS)
    wide = calibrated(plain, scale)
    main = next_pay_day(twin)
    pay = min((main[1] - cutoff).days - 1, LONGEST) if main else LONGEST
    days = np.array([*DAYS, max(pay, 1)]) - 1
    spread = _NORMAL_90 * scale.own_minor * np.sqrt(days + 1)
    stays = twin.balance_minor + np.array([-spread, np.zeros(len(days)), spread])
    return _Judged(
        ranges=np.stack([_ranges(wide.balance[:, days]), _ranges(plain.balance[:, days]), stays]),
        balances=later[days].astype(np.float64),
        move=max(float(scale.own_move(size_of(twin), DAYS_PER_MONTH)), 1.0),
        chance=float(np.mean((wide.balance < 0).any(axis=1))),
        fell=bool((later < 0).any()),
    )


def _ranges(balance: Money) -> np.ndarray:
    """The three percentiles of each day, shape (3, days)."""
    return np.percentile(balance, [100 * share for share in QUANTILES], axis=0, method="inverted_cdf").astype(np.float64)


def _band(judged: Sequence[_Judged], at: int, days: int | None) -> JudgedBand:
    outcomes = np.array([one.balances[at] for one in judged])
    move = np.array([one.move for one in judged])
    forecasts = [np.array([one.ranges[which, :, at] for one in judged]) for which in range(3)]
    inside = [round(float(np.mean((outcomes >= told[:, 0]) & (outcomes <= told[:, 2]))), 4) for told in forecasts]
    losses = [round(float(np.mean(pinball(outcomes, told) / move)), 4) for told in forecasts]
    widths = [float(np.mean((told[:, 2] - told[:, 0]) / move)) for told in forecasts]
    return JudgedBand(
        days=days,
        coverage=inside[0],
        uncalibrated_coverage=inside[1],
        baseline_coverage=inside[2],
        loss=losses[0],
        uncalibrated_loss=losses[1],
        baseline_loss=losses[2],
        width=round(widths[0] / max(widths[1], 1e-9), 3),
    )
