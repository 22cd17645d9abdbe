"""What each input adds to a margin, exactly, without XGBoost: Shapley values of the trees along their own paths.

The game is that of XGBoost's `pred_contribs` (Lundberg et al., "Consistent individualized feature attribution for tree ensembles",
2018): an input that is not in the coalition sends a share of the row down each branch, by how much of the learning data went there.
Each leaf is then a product with one factor an input, and the Shapley value of a product is an integral of a polynomial:

    phi_i = leaf x (o_i - z_i) x integral over t in 0..1 of the product over j != i of (t o_j + (1 - t) z_j)

with o_j = 1 where the row meets every condition on input j along the path, else 0, and z_j the share that meets them. Quadrature by
Gauss and Legendre is exact for it (Yu et al., "Linear TreeShap", 2022). Inputs that a path does not read count as o = z = 1.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
#: Numbers held at a time: rows x leaves x path.
_AT_ONCE = 1_000_000
#: A branch that no learning data took: so small a share changes no sum, and keeps every factor above zero.
_LEAST_SHARE = 1e-12


@dataclass(frozen=True, eq=False)
class Paths:
    """Every leaf of an ensemble with the conditions on the way to it, gathered by input; padded with an input that is always met.

    Attributes:
        column: [leaves, most inputs of a path] the input; `inputs` for padding.
        low, high: the values that meet the conditions, low <= value < high, in single precision as XGBoost compares.
        missing: whether a missing value meets them.
        share: of the learning data, that meets them.
        value: [leaves] what the leaf adds.
        inputs: how many inputs a row has.
        base: log-odds before any tree.
    """

    column: NDArray[np.intp]
    low: NDArray[np.float32]
    high: NDArray[np.float32]
    missing: NDArray[np.bool_]
    share: Floats
    value: Floats
    inputs: int
    base: float

    def contributions(self, matrix: Floats) -> Floats:
        """Log-odds by input and the bias, [N, inputs] to [N, inputs + 1]; every row adds up to its margin."""
        found = np.empty((len(matrix), self.inputs + 1))
        rows = max(_AT_ONCE // self.column.size, 1)
        for start in range(0, len(matrix), rows):
            found[start : start + rows] = self._added(matrix[start : start + rows])
        found[:, -1] = self.base + float((self.value * self.share.prod(axis=1)).sum())
        return found

    def _added(self, matrix: Floats) -> Floats:
        padded = np.concatenate((matrix.astype(np.float32), np.zeros((len(matrix), 1), np.float32)), axis=1)
        values = padded[:, self.column]
        met = np.where(np.isnan(values), self.missing, (values >= self.low) & (values < self.high))
        points, weights = np.polynomial.legendre.leggauss((self.column.shape[1] + 1) // 2)
        others = np.zeros(met.shape)
        for point, weight in zip((points + 1) / 2, weights / 2, strict=True):
            factors = met * point + self.share * (1 - point)
            others += weight * factors.prod(axis=2, keepdims=True) / factors
        added = self.value[:, None] * (met - self.share) * others
        columns = self.column.ravel()
        return np.stack([np.bincount(columns, row.ravel(), self.inputs + 1).astype(np.float64) for row in added])


def paths_of(booster: Mapping[str, Any]) -> Paths:
    """The paths of XGBoost's own JSON of a binary logistic `gbtree`, with the `sum_hessian` that training kept."""
    learner = booster["learner"]
    inputs = int(learner["learner_model_param"]["num_feature"])
    leaves = [leaf for tree in learner["gradient_booster"]["model"]["trees"] for leaf in _leaves(tree)]
    width = max((len(conditions) for _, conditions in leaves), default=0) or 1
    shape = (len(leaves), width)
    column, share = np.full(shape, inputs, np.intp), np.ones(shape)
    low, high = np.full(shape, -np.inf, np.float32), np.full(shape, np.inf, np.float32)
    missing = np.ones(shape, np.bool_)
    for at, (_, conditions) in enumerate(leaves):
        for place, (name, met) in enumerate(conditions.items()):
            column[at, place], low[at, place], high[at, place] = name, met.low, met.high
            missing[at, place], share[at, place] = met.missing, max(met.share, _LEAST_SHARE)
    probability = float(np.float32(str(learner["learner_model_param"]["base_score"]).strip("[]")))
    return Paths(
        column=column, low=low, high=high, missing=missing, share=share,
        value=np.array([value for value, _ in leaves], np.float64), inputs=inputs, base=float(np.log(probability / (1 - probability))),
    )  # fmt: skip


@dataclass(frozen=True)
class _Met:
    """The conditions on one input along a path, taken together."""

    low: float = -np.inf
    high: float = np.inf
    missing: bool = True
    share: float = 1.0

    def left(self, threshold: float, missing: bool, share: float) -> "_Met":
        return _Met(self.low, min(self.high, threshold), self.missing and missing, self.share * share)

    def right(self, threshold: float, missing: bool, share: float) -> "_Met":
        return _Met(max(self.low, threshold), self.high, self.missing and missing, self.share * share)


def _leaves(tree: Mapping[str, Any]) -> Iterator[tuple[float, dict[int, _Met]]]:
    """What each leaf of a tree adds, with the conditions to it by input."""
    left, right, cover = tree["left_children"], tree["right_children"], tree["sum_hessian"]
    waiting: list[tuple[int, dict[int, _Met]]] = [(0, {})]
    while waiting:
        node, conditions = waiting.pop()
        threshold = float(tree["split_conditions"][node])
        if left[node] < 0:
            yield threshold, conditions
            continue
        name, default_left = int(tree["split_indices"][node]), bool(tree["default_left"][node])
        met, whole = conditions.get(name, _Met()), float(cover[node]) or 1.0
        waiting.append((left[node], {**conditions, name: met.left(threshold, default_left, float(cover[left[node]]) / whole)}))
        waiting.append((right[node], {**conditions, name: met.right(threshold, not default_left, float(cover[right[node]]) / whole)}))
