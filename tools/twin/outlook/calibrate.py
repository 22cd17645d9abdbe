"""Fit the pooled outlook on rolling origins before a cutoff, and calibrate its intervals on accounts the trees had not seen.

Every tenth day before the cutoff is an origin: what was known then is set against the balance 1 to H months later, as far as that is
not after the cutoff. Accounts are dealt into folds; each fold's trees learn from the other accounts, so every row gets quantiles
from trees that never saw its account. From these rows comes the conformal stretch of each side and horizon.
"""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from tools.errors import UsageError
from tools.twin.outlook.outlook import (
    CHANGE_PER_INCOME,
    LEAST_WIDTH,
    LEAVES,
    LONGEST_MONTHS,
    QUANTILES,
    SPLITS,
    CalibrationReport,
    Forest,
    HorizonCalibration,
    Priors,
    features,
    predict,
    rule,
    scale_of,
    stretch,
    temper,
    with_months,
)
from tools.twin.outlook.panel import COLUMNS, AccountPanel, Minor, Real, measure, month_step, steps_back

#: Fewer accounts or rows than these teach nothing that the built-in rule does not know.
FEWEST_ACCOUNTS, FEWEST_ROWS = 20, 300
#: An account is a row from this age on; its interval is calibrated from the age at which it is first forecast.
_YOUNGEST_DAYS, _CALIBRATED_DAYS = 45, 75
_ORIGIN_DAYS, _ORIGINS = 10, 72
#: At least this many horizons are learned together: the shape over months is shared.
_SHORTEST_MONTHS = 6
#: Rows beyond this are thinned evenly: more of the same accounts add time, not knowledge.
_MOST_ROWS = 40_000
_FOLDS = 6
_TREES, _RATE, _LEAST_IN_LEAF = 120, 0.06, 30
_SIDE = 0.9
#: A year has shown each season once at most: what moves all accounts together is wider than past origins tell. Chosen on Berka
#: accounts with an even number; it fades as the pool grows older than a year.
_ALLOWANCE = 0.09


@dataclass(frozen=True)
class _Rows:
    """What was known at past origins and what came of it; one entry a row, moves in scales of the account."""

    account: NDArray[np.int64]
    origin: Minor
    months: Minor
    age_days: Minor
    x: NDArray[np.float32]
    expected: Real
    moved: Real

    def __len__(self) -> int:
        return len(self.account)

    def only(self, chosen: NDArray[np.bool_] | NDArray[np.intp]) -> "_Rows":
        """The chosen rows."""
        return _Rows(**{name: column[chosen] for name, column in vars(self).items()})


def fit_priors(panels: Sequence[AccountPanel], until: date, horizon_months: int, seed: int = 0, source: str = "") -> Priors:
    """The pooled model of these accounts, from their days up to `until`; days after it are not looked at.

    The result does not depend on the order of the panels. With too few accounts it holds no trees, and an outlook from it follows
    the built-in rule.

    Raises:
        UsageError: a horizon outside 1 to 24 months (`bad_horizon`).
    """
    if not 1 <= horizon_months <= LONGEST_MONTHS:
        raise UsageError(f"Cannot learn {horizon_months} months ahead. Ask for 1 to {LONGEST_MONTHS}.", code="bad_horizon")
    pool = sorted((panel for panel in panels if panel.first_day <= until.toordinal() <= panel.last_day), key=lambda panel: panel.key)
    change_per_income, typical_minor = _habits(pool, until)
    longest = max(horizon_months, _SHORTEST_MONTHS)
    origins = _origins(pool, until)
    rows = _rows(pool, origins, until, longest, change_per_income, typical_minor) if pool else None
    currencies = {panel.currency for panel in pool}
    found: dict[str, Any] = {
        "forests": (),
        "report": CalibrationReport(horizons=(), allowance=1.0),
        "learned_months": 0,
        "rows": 0,
        "origins": 0,
    }
    if rows is not None and len(rows) >= FEWEST_ROWS and len(np.unique(rows.account)) >= FEWEST_ACCOUNTS:
        found = _learn(rows, [panel.key for panel in pool], seed, _allowance(pool, until))
    return Priors(
        source=source,
        currency=currencies.pop() if len(currencies) == 1 else "",
        until=until,
        seed=seed,
        accounts=len(pool),
        change_per_income=change_per_income,
        typical_minor=typical_minor,
        **found,
    )


def _learn(rows: _Rows, keys: list[str], seed: int, allowance: float) -> dict[str, Any]:
    """Forests of all folds, the report and the counts of a `Priors`."""
    fold_of = np.array([crc32(f"{seed}:{key}".encode()) % _FOLDS for key in keys])[rows.account]
    quantiles = np.zeros((len(rows), 3))
    forests: list[Forest] = []
    for fold in range(_FOLDS):
        others = rows.only(fold_of != fold)
        grown = tuple(_grow(others, quantile, seed * _FOLDS + fold) for quantile in QUANTILES)
        forests += grown
        own = fold_of == fold
        quantiles[own] = predict(grown, rows.x[own])
    quantiles = temper(quantiles + rows.expected[:, None], rows.months, len(keys))
    return {
        "forests": tuple(forests),
        "report": _calibrated(rows, quantiles, fold_of, allowance),
        "learned_months": int(rows.months.max()),
        "rows": len(rows),
        "origins": len(np.unique(rows.origin)),
    }


def _habits(pool: list[AccountPanel], until: date) -> tuple[float, float]:
    """How much a balance moves per income, and the typical scale, over the accounts that are three month steps old."""
    if not pool:
        return CHANGE_PER_INCOME, 1.0
    measured = np.concatenate([measure(panel, [until.toordinal()]) for panel in pool])
    column = dict(zip(COLUMNS, measured.T, strict=True))
    known = (column["changes"] >= 2) & (column["income"] > 0) & (column["change_sum"] > 0)
    ratios = column["change_sum"][known] / column["changes"][known] / column["income"][known]
    change_per_income = float(np.median(ratios)) if known.sum() >= FEWEST_ACCOUNTS else CHANGE_PER_INCOME
    return change_per_income, float(np.median(scale_of(measured, change_per_income)))


def _origins(pool: list[AccountPanel], until: date) -> list[int]:
    """Ordinals of the past origins, latest first."""
    first = min((panel.first_day for panel in pool), default=until.toordinal()) + _YOUNGEST_DAYS
    return list(range(until.toordinal() - 28, first - 1, -_ORIGIN_DAYS))[:_ORIGINS]


def _rows(
    pool: list[AccountPanel], origins: list[int], until: date, longest: int, change_per_income: float, typical: float
) -> _Rows | None:
    """All pairs of account and origin of sufficient age with every horizon that ends by `until`, thinned to what is affordable."""
    if not origins:
        return None
    targets = _targets(origins, until, longest)
    back = steps_back(origins)
    days = np.array(origins)
    old_enough = [days - panel.first_day >= _YOUNGEST_DAYS for panel in pool]
    pairs = sum(int(((targets > 0) & old[:, None]).sum()) for old in old_enough)
    stride = max(1, -(-pairs // _MOST_ROWS))
    parts: list[_Rows] = []
    for account, panel in enumerate(pool):
        at = np.flatnonzero(old_enough[account] & ((np.arange(len(days)) + account) % stride == 0))
        if len(at):
            parts.append(_rows_of(account, panel, days[at], back[at], targets[at], (change_per_income, typical)))
    if not parts:
        return None
    return _Rows(**{name: np.concatenate([vars(part)[name] for part in parts]) for name in vars(parts[0])})


def _rows_of(account: int, panel: AccountPanel, days: Minor, back: Minor, targets: Minor, habits: tuple[float, float]) -> _Rows:
    measured = measure(panel, days.tolist(), back)
    scale = scale_of(measured, habits[0])
    x = features(measured, scale, habits[1])
    at, step = np.nonzero(targets > 0)
    later = panel.balance[targets[at, step] - panel.first_day]
    return _Rows(
        account=np.full(len(at), account),
        origin=days[at],
        months=step + 1,
        age_days=days[at] - panel.first_day,
        x=with_months(x[at], step + 1),
        expected=rule(measured[at], scale[at], step + 1),
        moved=(later - measured[at, 0]) / scale[at],
    )


def _targets(origins: list[int], until: date, longest: int) -> Minor:
    """Ordinals 1 to `longest` months after each origin, 0 where that is after `until`; shape (origins, longest)."""
    ahead = [[month_step(date.fromordinal(origin), months).toordinal() for months in range(1, longest + 1)] for origin in origins]
    days = np.array(ahead, dtype=np.int64)
    return np.where(days <= until.toordinal(), days, 0)


def _grow(rows: _Rows, quantile: float, seed: int) -> Forest:
    """Boosted trees for one quantile of what the rule leaves over."""
    from xgboost import DMatrix, train

    left = rows.moved - rows.expected
    intercept = float(np.quantile(left, quantile))
    parameters = {
        "objective": "reg:quantileerror", "quantile_alpha": quantile, "base_score": intercept, "tree_method": "hist", "max_depth": 3,
        "learning_rate": _RATE, "subsample": 0.7, "colsample_bytree": 0.5, "min_child_weight": _LEAST_IN_LEAF, "seed": seed, "nthread": 1,
    }  # fmt: skip
    booster = train(parameters, DMatrix(rows.x, label=left, nthread=1), num_boost_round=_TREES)
    trees = [_flat(json.loads(str(tree))) for tree in booster.get_dump(dump_format="json")]
    return Forest(
        quantile=quantile,
        intercept=intercept,
        features=tuple(feature for tree in trees for feature in tree[0]),
        thresholds=tuple(threshold for tree in trees for threshold in tree[1]),
        leaves=tuple(leaf for tree in trees for leaf in tree[2]),
    )


def _flat(tree: Mapping[str, Any]) -> tuple[list[int], list[float], list[float]]:
    """One dumped tree as complete levels; a branch that ends early sends every value down to copies of its leaf."""
    split_on, thresholds = [0] * SPLITS, [0.0] * SPLITS
    leaves = [0.0] * LEAVES
    left = [(0, tree)]
    while left:
        at, node = left.pop()
        if at >= SPLITS:
            leaves[at - SPLITS] = float(node["leaf"])
            continue
        lower = upper = node
        if "leaf" not in node:
            children = {child["nodeid"]: child for child in cast("list[Mapping[str, Any]]", node["children"])}
            lower, upper = children[node["yes"]], children[node["no"]]
            split_on[at], thresholds[at] = int(str(node["split"])[1:]), float(node["split_condition"])
        left += [(2 * at + 1, lower), (2 * at + 2, upper)]
    return split_on, thresholds, leaves


def _allowance(pool: list[AccountPanel], until: date) -> float:
    years = (until.toordinal() - min(panel.first_day for panel in pool)) / 365.25
    return 1 + _ALLOWANCE / max(years, 1.0)


def _calibrated(rows: _Rows, quantiles: Real, fold_of: NDArray[np.int64], allowance: float) -> CalibrationReport:
    """Stretch of both sides by horizon, and the coverage of each fold with the stretch that the other folds gave."""
    low, middle, high = quantiles.T
    below = (middle - rows.moved) / np.maximum(middle - low, LEAST_WIDTH)
    above = (rows.moved - middle) / np.maximum(high - middle, LEAST_WIDTH)
    grown_up = rows.age_days >= _CALIBRATED_DAYS
    grown_up = grown_up if grown_up.any() else np.ones(len(rows), dtype=bool)
    horizons: list[HorizonCalibration] = []
    for months in range(1, int(rows.months.max()) + 1):
        # Neighbouring horizons lend their rows, by how near they are on a scale of ratios: far ones have few origins of their own.
        weight = np.where(grown_up, np.exp(-2 * np.abs(np.log(rows.months / months))), 0.0)
        here = grown_up & (rows.months == months)
        inside = np.zeros(len(rows), dtype=bool)
        for fold in range(_FOLDS):
            others = np.where(fold_of == fold, 0.0, weight)
            sides = _side(below, others, allowance), _side(above, others, allowance)
            own = stretch(quantiles[fold_of == fold], *sides)
            inside[fold_of == fold] = (rows.moved[fold_of == fold] >= own[:, 0]) & (rows.moved[fold_of == fold] <= own[:, 2])
        horizons.append(
            HorizonCalibration(
                months=months,
                below=_side(below, weight, allowance),
                above=_side(above, weight, allowance),
                accounts=len(np.unique(rows.account[here])),
                origins=len(np.unique(rows.origin[here])),
                coverage=round(float(inside[here].mean()), 4) if here.any() else None,
            )
        )
    return CalibrationReport(horizons=tuple(horizons), allowance=round(allowance, 4))


def _side(score: Real, weight: Real, allowance: float) -> float:
    """The weighted 0.9 quantile of how far outcomes lay out on one side, with the allowance; never less than nothing."""
    if not weight.sum():
        return allowance
    order = np.argsort(score, kind="stable")
    share = np.cumsum(weight[order]) / weight.sum()
    reached = score[order][min(int(np.searchsorted(share, _SIDE)), len(score) - 1)]
    return round(max(float(reached), 0.0) * allowance, 4)
