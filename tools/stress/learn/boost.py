"""Fitting the trees. The only file that trains with XGBoost."""

import json
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tools.stress.learn.cases import Cases
from tools.stress.learn.recipe import Recipe
from tools.stress.learn.scorecard import taught

if TYPE_CHECKING:
    import xgboost

_SCORING = ("left_children", "right_children", "split_indices", "split_conditions", "default_left")


def fit_booster(cases: Cases, recipe: Recipe, monotone: bool = True) -> "xgboost.Booster":
    """Trees learned from these cases; monotone in the sense of each input's direction unless `monotone` is off."""
    import xgboost

    parameters = dict(recipe.booster)
    if monotone:
        parameters["monotone_constraints"] = f"({','.join(str(sense) for sense in cases.directions)})"
    matrix, label = cases.matrix, cases.label.astype(np.float64)
    if recipe.taught_share:
        made, chances = taught(cases, recipe.taught_share, recipe.taught_chance)
        matrix, label = np.concatenate((matrix, made)), np.concatenate((label, chances))
    return xgboost.train(parameters, xgboost.DMatrix(matrix, label, nthread=1), num_boost_round=recipe.rounds)


def margins_of(booster: "xgboost.Booster", matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log-odds of every row, [N]."""
    import xgboost

    return booster.predict(xgboost.DMatrix(matrix, nthread=1), output_margin=True).astype(np.float64)


def content_of(booster: "xgboost.Booster") -> dict[str, Any]:
    """XGBoost's own JSON."""
    return json.loads(bytes(booster.save_raw("json")))


def lean(booster: dict[str, Any]) -> dict[str, Any]:
    """The same trees without what only training and contributions need: enough to score with."""
    learner = booster["learner"]
    trees = [{key: tree[key] for key in _SCORING} for tree in learner["gradient_booster"]["model"]["trees"]]
    return {
        "learner": {
            "gradient_booster": {"model": {"trees": trees}, "name": learner["gradient_booster"]["name"]},
            "learner_model_param": learner["learner_model_param"],
            "objective": learner["objective"],
        }
    }


def version() -> str:
    """Of XGBoost."""
    import xgboost

    return xgboost.__version__
