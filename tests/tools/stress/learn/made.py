"""Made-up cases with a known cause, and a recipe that learns them in a moment."""

from datetime import date

import numpy as np

from tools.stress.inputs import INPUTS
from tools.stress.learn.cases import Cases, Source
from tools.stress.learn.recipe import Recipe

QUICK = Recipe(
    rule="buffer_days",
    rule_rises=False,
    rounds=25,
    folds=3,
    parameters={"eta": 0.3, "max_depth": 3, "min_child_weight": 5, "reg_lambda": 1},
)
FIRST = date(2026, 1, 5).toordinal()


def made_cases(groups: int = 120, cutoffs: int = 4, seed: int = 0, source: Source = "bank", noise: float = 0.7) -> Cases:
    """Groups that are in trouble when days below zero outweigh their buffer; every fortieth input is missing."""
    rng = np.random.default_rng(seed)
    count = groups * cutoffs
    names = tuple(each.name for each in INPUTS)
    own = np.repeat(rng.normal(size=groups), cutoffs)
    matrix = rng.normal(size=(count, len(names)))
    low, high = names.index("buffer_days"), names.index("days_below_zero")
    matrix[:, low] -= own
    matrix[:, high] += own
    trouble = matrix[:, high] - matrix[:, low] + noise * rng.normal(size=count) > 2.2
    matrix[rng.random(matrix.shape) < 0.025] = np.nan
    return Cases(
        source=source,
        label_name="trouble_90d",
        horizon_days=90,
        ids=np.repeat([f"c{at:04d}" for at in range(groups)], cutoffs),
        cutoffs=np.tile(FIRST + 60 * np.arange(cutoffs), groups).astype(np.int64),
        names=names,
        directions=tuple(each.direction for each in INPUTS),
        matrix=matrix,
        event=np.where(trouble, rng.integers(1, 91, size=count), np.inf).astype(np.float64),
    )
