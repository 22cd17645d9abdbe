"""Contributions without XGBoost are XGBoost's own, and the definition's."""

import json
from itertools import combinations
from math import factorial
from typing import Any

import numpy as np
import pytest
import xgboost
from numpy.typing import NDArray

from tools.stress.model.shapley import Paths, paths_of

Floats = NDArray[np.float64]


def learned(depth: int, missing: float = 0.2) -> tuple[Any, Paths, Floats]:
    """A small ensemble on made-up data with interactions and gaps, its paths, and its data."""
    rng = np.random.default_rng(depth)
    matrix = np.round(rng.normal(size=(600, 5)), 1)
    chance = 1 / (1 + np.exp(-(matrix[:, 0] * matrix[:, 1] + matrix[:, 2])))
    matrix[rng.uniform(size=matrix.shape) < missing] = np.nan
    label = rng.uniform(size=600) < chance
    booster = xgboost.train(
        {"objective": "binary:logistic", "max_depth": depth, "nthread": 1, "seed": 0}, xgboost.DMatrix(matrix, label), 12
    )
    return booster, paths_of(json.loads(bytes(booster.save_raw("json")))), matrix


@pytest.mark.parametrize("depth", [1, 2, 3, 6])
def test_they_are_those_of_xgboost(depth: int):
    booster, paths, matrix = learned(depth)
    expected = booster.predict(xgboost.DMatrix(matrix), pred_contribs=True)
    assert paths.contributions(matrix) == pytest.approx(expected, abs=2e-5)


def test_they_add_up_to_the_margin():
    booster, paths, matrix = learned(4)
    margins = booster.predict(xgboost.DMatrix(matrix), output_margin=True)
    assert paths.contributions(matrix).sum(axis=1) == pytest.approx(margins, abs=1e-4)


def test_they_are_the_shapley_values_of_the_game():
    """Straight from the definition: every coalition of the inputs that a path reads."""
    _, paths, matrix = learned(3)
    row = matrix[:1]
    values = np.append(row[0].astype(np.float32), np.float32(0))[paths.column]
    met = np.where(np.isnan(values), paths.missing, (values >= paths.low) & (values < paths.high)).astype(float)

    def worth(coalition: tuple[int, ...]) -> float:
        inside = np.isin(paths.column, coalition)
        return float((paths.value * np.where(inside, met, paths.share).prod(axis=1)).sum())

    count = paths.inputs
    for at in range(count):
        others = [each for each in range(count) if each != at]
        expected = sum(
            factorial(size) * factorial(count - size - 1) / factorial(count) * (worth((*chosen, at)) - worth(chosen))
            for size in range(count)
            for chosen in combinations(others, size)
        )
        assert paths.contributions(row)[0, at] == pytest.approx(expected, abs=1e-9)


def test_a_row_has_the_same_contributions_alone_and_in_a_crowd():
    _, paths, matrix = learned(4)
    assert paths.contributions(matrix)[7].tolist() == paths.contributions(matrix[7:8])[0].tolist()
    assert paths.contributions(matrix[:0]).shape == (0, 6)
