"""A boosted ensemble as flat arrays: scoring without XGBoost, a row in microseconds and a batch without a frame."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Places = NDArray[np.intp]
#: Rows walked down the trees at a time: the working set stays in the cache.
_ROWS_AT_ONCE = 512
#: Every tree is padded to the deepest one, which doubles with each level.
_DEEPEST = 12
_LOWEST, _HIGHEST = np.float32(-np.inf), np.float32(np.inf)


@dataclass(frozen=True)
class _Level:
    """The nodes of one level of all trees, [trees * 2 ** level]; below place p lie 2p and 2p + 1 of the next level.

    Attributes:
        column: what the node reads, `input` or `input + inputs`.
        threshold: a value below it goes left, in single precision as XGBoost compares. NaN below a leaf: always left.
    """

    column: Places
    threshold: Singles


@dataclass(frozen=True, eq=False)
class Trees:
    """All trees of an ensemble, level by level, each padded to the depth of the deepest.

    A value that is missing goes the way its node learned. To walk without asking, every input has two columns: the first holds
    minus infinity where it is missing, the second plus infinity; a node reads the one that sends a missing value its way.

    Attributes:
        levels: from the roots down.
        leaf: what each leaf adds, [trees * 2 ** depth]. Summed tree by tree in single precision, as XGBoost does.
        twice: 2 x the place of each root, [trees].
        bias: log-odds before any tree, [1].
        inputs: how many inputs a row has.
    """

    levels: tuple[_Level, ...]
    leaf: Singles
    twice: Places
    bias: Singles
    inputs: int

    def margins(self, matrix: Floats) -> Floats:
        """Log-odds of every row: [N, inputs] to [N]. NaN is a missing value."""
        if len(matrix) == 1:
            return np.array([self.margin(matrix[0])])
        total = np.empty(len(matrix))
        for start in range(0, len(matrix), _ROWS_AT_ONCE):
            total[start : start + _ROWS_AT_ONCE] = self._walked(matrix[start : start + _ROWS_AT_ONCE])
        return total

    def margin(self, row: Floats) -> float:
        """Log-odds of one row: as `margins`, without what only a batch needs."""
        values = _doubled(row)
        root, *deeper = self.levels
        place = self.twice + (values.take(root.column) >= root.threshold)
        for level in deeper:
            right = values.take(level.column.take(place)) >= level.threshold.take(place)
            place = place + place + right
        return float(np.concatenate((self.bias, self.leaf.take(place))).cumsum()[-1])

    def _walked(self, rows: Floats) -> Floats:
        flat = _doubled(rows).ravel()
        first = (np.arange(len(rows)) * 2 * self.inputs)[:, None]
        root, *deeper = self.levels
        place = self.twice + (flat.take(first + root.column) >= root.threshold)
        for level in deeper:
            right = flat.take(first + level.column.take(place)) >= level.threshold.take(place)
            place = place + place + right
        total = np.repeat(self.bias, len(rows))
        for adds in self.leaf.take(place.T):
            total += adds
        return total.astype(np.float64)


def trees_of(booster: Mapping[str, Any]) -> Trees:
    """The trees of XGBoost's own JSON (`Booster.save_raw("json")`) of a binary logistic `gbtree`.

    Raises:
        KeyError, ValueError, IndexError, TypeError: it is no such JSON, or a tree is deeper than 12 levels.
    """
    learner = booster["learner"]
    inputs = int(learner["learner_model_param"]["num_feature"])
    every = learner["gradient_booster"]["model"]["trees"]
    if learner["objective"]["name"] != "binary:logistic" or learner["gradient_booster"]["name"] != "gbtree" or not every:
        raise ValueError("not a boosted ensemble of binary logistic trees")
    read = [_tree_of(tree, inputs) for tree in every]
    depth = max(1, *(int(tree.level.max()) for tree in read))
    if depth > _DEEPEST:
        raise ValueError("a tree that is too deep")
    sizes = [len(read) << level for level in range(depth + 1)]
    columns = [np.zeros(size, np.intp) for size in sizes[:-1]]
    thresholds = [np.full(size, np.nan, np.float32) for size in sizes[:-1]]
    leaf = np.zeros(sizes[-1], np.float32)
    for number, tree in enumerate(read):
        place = (number << tree.level) + tree.place
        for level in range(int(tree.level.max())):
            here = (tree.level == level) & ~tree.is_leaf
            columns[level][place[here]], thresholds[level][place[here]] = tree.column[here], tree.condition[here]
        ends = tree.is_leaf
        leaf[place[ends] << (depth - tree.level[ends])] = tree.condition[ends]
    return Trees(
        levels=tuple(_Level(column, threshold) for column, threshold in zip(columns, thresholds, strict=True)),
        leaf=leaf,
        twice=2 * np.arange(len(read), dtype=np.intp),
        bias=_bias(learner["learner_model_param"]["base_score"]),
        inputs=inputs,
    )


@dataclass(frozen=True)
class _Tree:
    """One tree, node by node: its level and place there, the column and threshold that it reads, or what it adds as a leaf."""

    level: Places
    place: Places
    column: Places
    condition: Singles
    is_leaf: NDArray[np.bool_]


def _tree_of(tree: Mapping[str, Any], inputs: int) -> _Tree:
    left, right = np.asarray(tree["left_children"], np.intp), np.asarray(tree["right_children"], np.intp)
    column, default_left = np.asarray(tree["split_indices"], np.intp), np.asarray(tree["default_left"], bool)
    own, is_leaf = np.arange(len(left), dtype=np.intp), left < 0
    if np.any(column >= inputs) or np.any(column < 0) or np.any((np.minimum(left, right) <= own) & ~is_leaf):
        raise ValueError("a tree that reads what is not there or runs in a circle")
    level, place = np.zeros(len(left), np.intp), np.zeros(len(left), np.intp)
    for node in own[~is_leaf].tolist():
        for side, child in enumerate((left[node], right[node])):
            level[child], place[child] = level[node] + 1, 2 * place[node] + side
    return _Tree(
        level=level,
        place=place,
        column=np.where(default_left, column, column + inputs),
        condition=np.asarray(tree["split_conditions"], np.float32),
        is_leaf=is_leaf,
    )


def _bias(base_score: str) -> Singles:
    """The log-odds of XGBoost's base score, which it keeps as a probability (in brackets since 3.1)."""
    probability = float(np.float32(base_score.strip("[]")))
    return np.array([np.log(probability / (1 - probability))], np.float32)


def _doubled(rows: Floats) -> Singles:
    """Every input twice, missing values as minus and as plus infinity; [..., inputs] to [..., 2 * inputs]."""
    single = rows.astype(np.float32)
    return np.concatenate((np.fmax(single, _LOWEST), np.fmin(single, _HIGHEST)), axis=-1)
