import json

import numpy as np
import pytest
import xgboost

from tools.stress.model.trees import Trees, trees_of

INPUTS = 12


def learned(rounds: int = 60, missing: float = 0.2) -> tuple[xgboost.Booster, np.ndarray]:
    rng = np.random.default_rng(3)
    matrix = rng.normal(size=(1500, INPUTS))
    matrix[rng.random(matrix.shape) < missing] = np.nan
    label = np.nansum(matrix[:, :4], axis=1) + rng.normal(size=len(matrix)) > 1
    booster = xgboost.train(
        {"objective": "binary:logistic", "max_depth": 5, "eta": 0.2, "nthread": 1}, xgboost.DMatrix(matrix, label, nthread=1), rounds
    )
    return booster, matrix


def content(booster: xgboost.Booster) -> dict:
    return json.loads(bytes(booster.save_raw("json")))


@pytest.fixture(scope="module")
def pair() -> tuple[xgboost.Booster, np.ndarray, Trees]:
    booster, matrix = learned()
    return booster, matrix, trees_of(content(booster))


def test_margins_are_those_of_xgboost(pair):
    booster, matrix, trees = pair
    theirs = booster.predict(xgboost.DMatrix(matrix, nthread=1), output_margin=True)
    assert np.abs(trees.margins(matrix) - theirs).max() <= 1e-6


def test_a_row_alone_scores_as_it_does_in_a_batch(pair):
    _, matrix, trees = pair
    batch = trees.margins(matrix[:700])
    assert [trees.margin(row) for row in matrix[:700]] == batch.tolist()
    assert trees.margins(matrix[:1]).tolist() == batch[:1].tolist()


def test_missing_values_go_the_way_that_was_learned(pair):
    booster, _, trees = pair
    nothing = np.full((3, INPUTS), np.nan)
    theirs = booster.predict(xgboost.DMatrix(nothing, nthread=1), output_margin=True)
    assert trees.margins(nothing) == pytest.approx(theirs, abs=1e-6)
    assert trees.margin(nothing[0]) == pytest.approx(theirs[0], abs=1e-6)


def test_values_on_a_threshold_and_beyond_all_of_them(pair):
    booster, _, trees = pair
    tree = content(booster)["learner"]["gradient_booster"]["model"]["trees"][0]
    edges = np.full((3, INPUTS), [[float(np.float32(tree["split_conditions"][0]))], [-1e9], [1e9]])
    theirs = booster.predict(xgboost.DMatrix(edges, nthread=1), output_margin=True)
    assert trees.margins(edges) == pytest.approx(theirs, abs=1e-6)


def test_no_rows_have_no_margins(pair):
    assert pair[2].margins(np.empty((0, INPUTS))).shape == (0,)


def _circle(trees: dict) -> None:
    trees["left_children"][0] = 0


def _unknown_column(trees: dict) -> None:
    trees["split_indices"][0] = INPUTS


@pytest.mark.parametrize("spoil", [_circle, _unknown_column])
def test_a_tree_that_cannot_be_walked_is_refused(spoil):
    spoilt = content(learned(rounds=2)[0])
    spoil(spoilt["learner"]["gradient_booster"]["model"]["trees"][0])
    with pytest.raises(ValueError, match="circle"):
        trees_of(spoilt)


def test_another_objective_is_refused():
    matrix = np.random.default_rng(0).normal(size=(50, 3))
    other = xgboost.train({"objective": "reg:squarederror", "nthread": 1}, xgboost.DMatrix(matrix, matrix[:, 0], nthread=1), 2)
    with pytest.raises(ValueError, match="logistic"):
        trees_of(content(other))


@pytest.mark.parametrize("settings", [{"gamma": 1e9}, {"max_depth": 1}, {"max_depth": 7, "grow_policy": "lossguide", "max_leaves": 9}])
def test_trees_of_any_shape_are_padded_to_the_deepest(settings: dict):
    rng = np.random.default_rng(1)
    matrix = rng.normal(size=(400, 5))
    label = matrix[:, 0] + rng.normal(size=400) > 0.5
    booster = xgboost.train(
        {"objective": "binary:logistic", "nthread": 1, "tree_method": "hist", **settings}, xgboost.DMatrix(matrix, label, nthread=1), 12
    )
    theirs = booster.predict(xgboost.DMatrix(matrix, nthread=1), output_margin=True)
    trees = trees_of(content(booster))
    assert np.abs(trees.margins(matrix) - theirs).max() <= 1e-6
    assert trees.margin(matrix[0]) == pytest.approx(theirs[0], abs=1e-6)


def test_a_tree_that_is_too_deep_is_refused():
    matrix = np.linspace(0, 1, 2000)[:, None]
    label = np.arange(2000) % 2 == 0
    deep = xgboost.train(
        {"objective": "binary:logistic", "max_depth": 14, "min_child_weight": 0, "reg_lambda": 0, "nthread": 1, "tree_method": "exact"},
        xgboost.DMatrix(matrix, label, nthread=1),
        1,
    )
    with pytest.raises(ValueError, match="too deep"):
        trees_of(content(deep))
