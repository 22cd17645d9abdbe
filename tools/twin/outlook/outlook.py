"""The outlook: where an account's balance will be in some months, learned from all accounts of a pool before the cutoff.

The forecast has three parts, all in units of the account's own scale (how much its balance moves in a month):

1. a rule that holds without any learning: the balance stays, a windfall is spent, and a part of the distance to the usual balance
   is closed;
2. small boosted trees for the quantiles 0.1, 0.5 and 0.9 of what the rule leaves over (Friedman 2001; pinball loss of Koenker and
   Bassett 1978), kept as plain numbers and evaluated here with NumPy only;
3. widths tempered by the built-in ones while the pool is small, and a stretch of the lower and the upper side, conformal on past origins (Romano, Patterson and Candes 2019, asymmetric).

With no pool to learn from, the rule stands alone with built-in widths.
"""

from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from tools.errors import UsageError
from tools.twin.daily.daily_scale import BUILT_IN, DailyScale, DaysLearnt, own_scale
from tools.twin.outlook.panel import COLUMNS, AccountPanel, Minor, Real, measure
from tools.value import Value

#: The form of the model; recorded with every outlook.
MODEL = "outlook-1"
LONGEST_MONTHS = 24
QUANTILES = (0.1, 0.5, 0.9)
#: What is learned from, in this order; `size` and `months` (the horizon) are filled in by the model.
FEATURES = (
    "age", "gap_level", "gap_median", "gap_recent", "gap_low_month", "gap_low_quarter", "gap_high", "last_change", "balance", "income",
    "balance_in_incomes", "net", "windfall", "bookings", "variation", "cash_in", "other_in", "cash_out", "other_out", "cash_days",
    "credit_days", "size", "months",
)  # fmt: skip
#: Shape of a tree: three splits deep, complete.
SPLITS, LEAVES, DEPTH = 7, 8, 3

#: A typical monthly change per monthly income, and how many months of own history it counts for; a pool brings its own.
CHANGE_PER_INCOME = 0.6
_PRIOR_MONTHS = 4.0
#: No scale below this share of the usual balance: a balance that never moved will.
_LEAST_SHARE = 0.01
#: Share of a windfall that is spent in the end, half of it within a month; at most this many scales of it count.
_WINDFALL, _WINDFALL_MONTH, _WINDFALL_MOST = 0.6, 0.5, 3.0
#: Share of the distance to the usual balance that is closed in the end, and how much of that is left after a month.
_REVERSION, _REVERSION_MONTH, _GAP_MOST = 0.2, 0.8, 5.0
#: What past origins showed is not rolled forward in full: the middle takes this share of the trees' part, and once more the pull
#: of the usual balance. On Berka's first year most of what all accounts did together was a filling that ended.
_TRUST, _CAUTION = 0.9, 0.2
#: Width of the sides without a pool, in scales, growing with this power of the horizon: what Berka accounts with an even number
#: did in 1993. Balances rise further than they fall.
_BELOW, _ABOVE, _GROWTH = 0.8, 1.2, 0.35
#: The built-in widths count for as much as this many accounts of the pool: a few accounts do not know their own tails.
_WIDTH_ACCOUNTS = 100.0
#: Growth of the width beyond the longest horizon that was learned.
_BEYOND = 0.35
#: Least width of a side, in scales: quantiles that meet would leave nothing to stretch.
LEAST_WIDTH = 0.2
_EDGE = 20.0
_CHUNK = 4096


class HorizonOutlook(Value):
    """Balance at the end of one month ahead, in minor units: the middle, and the borders of the central 80 %."""

    months: int = Field(ge=1)
    p10_minor: int
    p50_minor: int
    p90_minor: int


class Outlook(Value):
    """Where the balance of one account will be.

    Attributes:
        as_of: the cutoff; nothing later was used, of any account.
        horizons: 1 to the asked number of months, in order.
        learned_months: the longest horizon that past origins showed; 0 when the built-in rule stands alone.
        accounts: how many accounts the pool had.
        origins: how many past days it was learned from.
        daily: how wide the days until then are; None where only months are told.
    """

    as_of: date
    horizons: tuple[HorizonOutlook, ...]
    learned_months: int = Field(ge=0)
    accounts: int = Field(ge=0)
    origins: int = Field(ge=0)
    daily: DailyScale | None = None
    model: str = MODEL


class Forest(Value):
    """Trees for one quantile as flat numbers: 7 splits (feature, threshold) and 8 leaves a tree, in breadth-first order."""

    quantile: float
    intercept: float
    features: tuple[int, ...]
    thresholds: tuple[float, ...]
    leaves: tuple[float, ...]

    def predict(self, x: NDArray[np.float32]) -> Real:
        """The quantile for rows of FEATURES, shape (rows,). A value equal to a threshold goes to the upper side."""
        features = np.array(self.features, dtype=np.intp).reshape(-1, SPLITS)
        thresholds = np.array(self.thresholds, dtype=np.float32).reshape(-1, SPLITS)
        leaves = np.array(self.leaves, dtype=np.float64).reshape(-1, LEAVES)
        trees = np.arange(len(features))
        found = np.full(len(x), self.intercept)
        for start in range(0, len(x), _CHUNK):
            chunk = x[start : start + _CHUNK]
            rows = np.arange(len(chunk))[:, None]
            node = np.zeros((len(chunk), len(trees)), dtype=np.intp)
            for _ in range(DEPTH):
                node = 2 * node + 1 + (chunk[rows, features[trees, node]] >= thresholds[trees, node])
            found[start : start + _CHUNK] += leaves[trees, node - SPLITS].sum(axis=1)
        return found


class HorizonCalibration(Value):
    """How one horizon did on past origins, for accounts the trees had not seen.

    Attributes:
        below, above: stretch of the lower and upper side.
        accounts, origins: on which the coverage was measured; 0 when no past origin is that far back.
        coverage: share of outcomes inside the 80 % interval as it is given out, with the stretch of other accounts.
    """

    months: int = Field(ge=1)
    below: float
    above: float
    accounts: int = Field(ge=0)
    origins: int = Field(ge=0)
    coverage: float | None


class CalibrationReport(Value):
    """Coverage on past origins, by horizon."""

    horizons: tuple[HorizonCalibration, ...]
    allowance: float


class Priors(Value):
    """The pooled model as plain numbers, with its card.

    Attributes:
        source: where the accounts come from.
        currency: of the accounts; only those of the same currency are compared with the pool in size.
        until: the last day that was used; a forecast from an earlier day would see the future.
        accounts, origins, rows: what was learned from.
        learned_months: the longest horizon that past origins showed.
        change_per_income: typical monthly change of a balance per monthly income.
        typical_minor: typical scale of an account.
        forests: one for each quantile and fold of accounts; the mean over folds is the forecast.
        days: what the days ahead teach; built in where nothing was learned of them, as in priors of before.
    """

    model: Literal["outlook-1"] = MODEL
    source: str
    currency: str
    until: date
    seed: int
    accounts: int = Field(ge=0)
    origins: int = Field(ge=0)
    rows: int = Field(ge=0)
    learned_months: int = Field(ge=0)
    change_per_income: float = Field(gt=0)
    typical_minor: float = Field(gt=0)
    forests: tuple[Forest, ...]
    report: CalibrationReport
    days: DaysLearnt = BUILT_IN


def outlook(priors: Priors | None, panel: AccountPanel, horizon_months: int) -> Outlook:
    """The outlook of one account from the last day of its panel, with the pool's model or, without one, by the rule alone.

    Raises:
        UsageError: a horizon outside 1 to 24 months (`bad_horizon`), or priors that know later days (`future_priors`).
    """
    return outlooks(priors, [panel], horizon_months)[0]


def outlooks(priors: Priors | None, panels: list[AccountPanel], horizon_months: int) -> list[Outlook]:
    """As `outlook`, for many accounts at once; each depends on its own panel and the priors only."""
    if not 1 <= horizon_months <= LONGEST_MONTHS:
        raise UsageError(f"Cannot look {horizon_months} months ahead. Ask for 1 to {LONGEST_MONTHS}.", code="bad_horizon")
    if not panels:
        return []
    earliest = date.fromordinal(min(panel.last_day for panel in panels))
    if priors is not None and priors.until > earliest:
        raise UsageError(
            f"These priors were learned until {priors.until}, and the forecast starts on {earliest}: it would see the future. "
            f"Train priors with --until {earliest} or earlier.",
            code="future_priors",
        )
    measured = np.concatenate([measure(panel, [panel.last_day]) for panel in panels])
    comparable = np.array([priors is not None and panel.currency == priors.currency for panel in panels])
    quantiles = _forecast(priors, measured, comparable, horizon_months)
    return [_outlook(priors, panel, quantiles[at]) for at, panel in enumerate(panels)]


def _outlook(priors: Priors | None, panel: AccountPanel, quantiles: Real) -> Outlook:
    minor = np.rint(quantiles).astype(np.int64).tolist()
    return Outlook(
        as_of=date.fromordinal(panel.last_day),
        horizons=tuple(
            HorizonOutlook(months=months, p10_minor=low, p50_minor=middle, p90_minor=high)
            for months, (low, middle, high) in enumerate(minor, start=1)
        ),
        learned_months=priors.learned_months if priors else 0,
        accounts=priors.accounts if priors else 0,
        origins=priors.origins if priors else 0,
        daily=own_scale(panel.balance, priors.days if priors else BUILT_IN),
    )


def _forecast(priors: Priors | None, measured: Real, comparable: NDArray[np.bool_], horizon_months: int) -> Real:
    """Balances in minor units, shape (accounts, horizon_months, 3)."""
    scale = scale_of(measured, priors.change_per_income if priors else CHANGE_PER_INCOME)
    if priors is None or not priors.forests:
        moves = [_unlearned(measured, scale, months) for months in range(1, horizon_months + 1)]
    else:
        x = features(measured, scale, np.where(comparable, priors.typical_minor, scale))
        moves = _learned(priors, measured, scale, x, horizon_months)
    return measured[:, :1, None] + np.stack(moves, axis=1) * scale[:, None, None]


def _unlearned(measured: Real, scale: Real, months: int) -> Real:
    middle = rule(measured, scale, months)
    width = months**_GROWTH
    return np.column_stack([middle - _BELOW * width, middle, middle + _ABOVE * width])


def _learned(priors: Priors, measured: Real, scale: Real, x: NDArray[np.float32], horizon_months: int) -> list[Real]:
    seen = min(horizon_months, priors.learned_months)
    rows = np.concatenate([with_months(x, months) for months in range(1, seen + 1)])
    by_month = np.split(predict(priors.forests, rows), seen)
    moves: list[Real] = []
    for months in range(1, horizon_months + 1):
        left = by_month[min(months, seen) - 1]
        calibration = priors.report.horizons[min(months, seen) - 1]
        wider = max(months / seen, 1.0) ** _BEYOND
        sides = temper(left + rule(measured, scale, months)[:, None], min(months, seen), priors.accounts)
        wide = stretch(sides, calibration.below * wider, calibration.above * wider)
        moves.append(wide + caution(left, measured, scale, months)[:, None])
    return moves


def predict(forests: tuple[Forest, ...], x: NDArray[np.float32]) -> Real:
    """Mean over the folds of each quantile, in ascending order, shape (rows, 3)."""
    columns = [np.mean([forest.predict(x) for forest in forests if forest.quantile == quantile], axis=0) for quantile in QUANTILES]
    return np.sort(np.column_stack(columns), axis=1)


def caution(left: Real, measured: Real, scale: Real, months: int) -> Real:
    """How far the whole forecast is moved against what past origins showed, in scales, shape (rows,)."""
    return _CAUTION * _gap(measured, scale, "level") * (1 - _REVERSION_MONTH**months) - (1 - _TRUST) * left[:, 1]


def temper(quantiles: Real, months: int | Minor, accounts: int) -> Real:
    """The same middle with each side the weighted geometric mean of its own and the built-in width, by the size of the pool."""
    own = accounts / (accounts + _WIDTH_ACCOUNTS)
    built_in = np.asarray(months, dtype=np.float64) ** _GROWTH
    low, middle, high = quantiles.T
    below = np.maximum(middle - low, LEAST_WIDTH) ** own * (_BELOW * built_in) ** (1 - own)
    above = np.maximum(high - middle, LEAST_WIDTH) ** own * (_ABOVE * built_in) ** (1 - own)
    return np.column_stack([middle - below, middle, middle + above])


def stretch(quantiles: Real, below: float | Real, above: float | Real) -> Real:
    """The same middle with the lower and the upper side that many times as wide (and never less than the least width)."""
    low, middle, high = quantiles.T
    return np.column_stack(
        [middle - below * np.maximum(middle - low, LEAST_WIDTH), middle, middle + above * np.maximum(high - middle, LEAST_WIDTH)]
    )


def scale_of(measured: Real, change_per_income: float) -> Real:
    """How much each balance moves in a month, minor units: its mean change, shrunk towards what its income lets expect."""
    column = dict(zip(COLUMNS, measured.T, strict=True))
    expected = change_per_income * column["income"]
    shrunk = (column["change_sum"] + _PRIOR_MONTHS * expected) / (column["changes"] + _PRIOR_MONTHS)
    return np.maximum(np.maximum(shrunk, _LEAST_SHARE * np.abs(column["level"])), 1.0)


def rule(measured: Real, scale: Real, months: int | Minor) -> Real:
    """Expected change of the balance in scales without learning: windfalls are spent, the usual balance pulls."""
    column = dict(zip(COLUMNS, measured.T, strict=True))
    windfall = np.clip(column["windfall"] / scale, 0.0, _WINDFALL_MOST)
    return _REVERSION * _gap(measured, scale, "median") * (1 - _REVERSION_MONTH**months) - _WINDFALL * windfall * (
        1 - _WINDFALL_MONTH**months
    )


def _gap(measured: Real, scale: Real, usual: Literal["level", "median"]) -> Real:
    """Distance from the balance to the usual one, in scales."""
    distance = measured[:, COLUMNS.index(usual)] - measured[:, COLUMNS.index("balance")]
    return np.clip(distance / scale, -_GAP_MOST, _GAP_MOST)


def features(measured: Real, scale: Real, typical_minor: float | Real) -> NDArray[np.float32]:
    """Rows of FEATURES without money in them, shape (rows, FEATURES); `months` is 0 until `with_months`."""
    column = dict(zip(COLUMNS, measured.T, strict=True))
    scaled = {name: column[name] / scale for name in COLUMNS}
    found = {
        **{f"gap_{name}": scaled[name] - scaled["balance"] for name in ("level", "median", "recent", "low_month", "low_quarter", "high")},
        **{name: scaled[name] for name in ("last_change", "balance", "income", "net", "windfall")},
        **{name: scaled[name] for name in ("cash_in", "other_in", "cash_out", "other_out")},
        **{name: column[name] for name in ("age", "bookings", "cash_days", "credit_days")},
        "balance_in_incomes": column["balance"] / np.maximum(column["income"], 0.05 * scale),
        "variation": scaled["change_sum"] / np.maximum(column["changes"], 1.0),
        "size": np.log(scale / typical_minor),
        "months": np.zeros(len(measured)),
    }
    rows = np.column_stack([found[name] for name in FEATURES])
    plain = [FEATURES.index(name) for name in ("age", "bookings", "cash_days", "credit_days")]
    clipped = np.clip(rows, -_EDGE, _EDGE)
    clipped[:, plain] = rows[:, plain]
    # Rounding keeps a sum in another order or unit from crossing a threshold.
    return np.round(clipped, 4).astype(np.float32)


def with_months(x: NDArray[np.float32], months: int | Minor) -> NDArray[np.float32]:
    """The rows with their horizon filled in."""
    found = x.copy()
    found[:, FEATURES.index("months")] = months
    return found
