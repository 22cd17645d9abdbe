"""The model that is shipped: what its card claims, and that strain never lowers a score."""

import numpy as np
import pytest

from tools.stress.inputs import INPUTS
from tools.stress.learn.scorecard import rows
from tools.stress.model.file import shipped_model
from tools.stress.model.model import columns_of

SIGNALS = {row.key: row.full for row in rows()}


@pytest.fixture(scope="module")
def people() -> np.ndarray:
    """Rows that lie inside what the model has seen: each input drawn from the bins of its reference."""
    rng = np.random.default_rng(4)
    spread = {each.name: each for each in shipped_model().card.reference}
    columns = []
    for name in shipped_model().inputs:
        edges = np.array([0.0, *spread[name].edges, 0.0]) if not spread[name].edges else np.array(spread[name].edges)
        columns.append(rng.choice(edges, 300))
    return np.column_stack(columns)


def test_its_inputs_are_those_of_the_registry():
    names = {each.name: each.direction for each in INPUTS}
    model = shipped_model()
    assert all(names[name] == sense for name, sense in zip(model.inputs, model.directions, strict=True))
    columns_of(model.inputs, np.zeros((1, len(INPUTS))), list(names))


def test_its_card_beats_every_baseline_on_every_split():
    card = shipped_model().card
    assert card.source == "bank"
    assert {split.name for split in card.splits} == {"cross_validated", "held_out", "later"}
    for split in card.splits:
        ours, *others = split.measures
        assert ours.name == "model"
        assert {other.name for other in others} == {"one_rule", "scorecard", "logistic", "plain_xgboost"}
        assert ours.auc is not None
        assert ours.auc.low <= ours.auc.value <= ours.auc.high
        assert all(ours.auc.value > other.auc.value for other in others if other.auc)
        assert ours.calibration_error is not None
        assert ours.calibration_error <= 0.02


@pytest.mark.parametrize("name", shipped_model().inputs)
def test_more_strain_never_lowers_a_score(people: np.ndarray, name: str):
    model = shipped_model()
    at = model.inputs.index(name)
    worse = people.copy()
    worse[:, at] += model.directions[at] * np.abs(worse[:, at] + 1)
    assert (model.scores(worse) >= model.scores(people)).all()


@pytest.mark.parametrize("name", sorted(SIGNALS))
def test_every_signal_alone_raises_most_scores(people: np.ndarray, name: str):
    model = shipped_model()
    at = model.inputs.index(name)
    calm, strained = people.copy(), people.copy()
    calm[:, at] = 0.0
    strained[:, at] = SIGNALS[name]
    assert (model.scores(strained) > model.scores(calm)).mean() > 0.5
