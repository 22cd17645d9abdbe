"""A learned stress model: loaded once, pure, and able to score without XGBoost."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tools.stress.model.calibrate import Calibration, Scale
from tools.stress.model.card import ModelCard
from tools.stress.model.trees import Trees

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ensemble:
    """Trees with the calibration that belongs to them."""

    trees: Trees
    calibration: Calibration

    def probabilities(self, matrix: Floats) -> Floats:
        """The chance of the event, [N, inputs] to [N]."""
        return self.calibration.probabilities(self.trees.margins(matrix))


@dataclass(frozen=True, eq=False)
class StressModel:
    """A model as its file says it.

    Attributes:
        inputs: names of the columns that a matrix must have, in this order; a missing value is NaN.
        directions: +1, -1 or 0 for each input: the sense in which the trees are monotone.
        ensemble: what scores: the recipe learned from every group.
        contender: the same recipe learned without the held-out groups. A challenger must beat this one there.
        booster: XGBoost's own JSON of `ensemble.trees`, for contributions.
        hash: SHA-256 over the content of the file.
    """

    name: str
    inputs: tuple[str, ...]
    directions: tuple[int, ...]
    ensemble: Ensemble
    contender: Ensemble
    scale: Scale
    card: ModelCard
    booster: bytes
    hash: str

    def margins(self, matrix: Floats) -> Floats:
        """Log-odds of the trees, before calibration, [N, inputs] to [N]; equal to XGBoost's `output_margin`."""
        return self.ensemble.trees.margins(matrix)

    def probabilities(self, matrix: Floats) -> Floats:
        """The calibrated chance of the event that the card's label names, [N]."""
        return self.ensemble.probabilities(matrix)

    def scores(self, matrix: Floats) -> Floats:
        """Scores in 0..1, unrounded, monotone in the margin, [N]; what a score means is said at `Scale`."""
        return self.scale.scores(self.probabilities(matrix))

    def contributions(self, matrix: Floats) -> Floats:
        """What each input adds to the margin, [N, inputs + 1], the last being the bias: exact SHAP values of the trees."""
        from tools.stress.model.contributions import contributions

        return contributions(self.booster, matrix)


def columns_of(inputs: Sequence[str], matrix: Floats, names: Sequence[str]) -> Floats:
    """The columns `inputs` of a matrix whose columns are called `names`, [N, len(inputs)]."""
    place = {name: at for at, name in enumerate(names)}
    return matrix[:, [place[name] for name in inputs]]
