from dataclasses import replace

import numpy as np
import pytest

from tests.tools.stress.learn.made import QUICK, made_cases
from tools.errors import ConflictError, TooShortError, UsageError
from tools.stress.learn.metrics import auc
from tools.stress.learn.splits import held_out
from tools.stress.learn.train import check_beats, train_model
from tools.stress.model.file import load_model
from tools.stress.model.model import columns_of


@pytest.fixture(scope="module")
def good() -> bytes:
    return train_model(made_cases(), "a test", QUICK)


@pytest.fixture(scope="module")
def poor() -> bytes:
    """Learned from outcomes that have nothing to do with the inputs."""
    cases = made_cases()
    mixed = np.random.default_rng(9).permutation(len(cases))
    return train_model(replace(cases, event=cases.event[mixed]), "a test", QUICK)


def test_the_same_cases_give_the_same_bytes(good: bytes):
    assert train_model(made_cases(), "a test", QUICK) == good


def test_the_card_says_what_was_learned_and_how_it_did(good: bytes):
    cases, card = made_cases(), load_model(good).card
    assert (card.source, card.cases, card.groups, card.positives) == ("bank", len(cases), 120, int(cases.label.sum()))
    assert card.base_rate == pytest.approx(cases.label.mean(), abs=1e-4)
    assert card.data_hash == cases.data_hash()
    assert card.parameters["rounds"] == QUICK.rounds
    assert "few_positive_groups" in card.limits
    assert [each.name for each in card.reference] == [*load_model(good).inputs, "score"]
    held = card.split("held_out")
    assert held is not None
    assert held.cases == int(held_out(cases).sum())
    ours, rule = held.measured("model"), held.measured("one_rule")
    assert ours is not None
    assert rule is not None
    assert ours.auc is not None
    assert rule.auc is not None
    assert ours.auc.value > rule.auc.value > 0.5


def test_it_knows_groups_that_it_has_not_seen(good: bytes):
    model, fresh = load_model(good), made_cases(seed=77)
    chances = model.probabilities(columns_of(model.inputs, fresh.matrix, fresh.names))
    assert auc(chances, fresh.label) > 0.85
    assert chances.mean() == pytest.approx(fresh.label.mean(), abs=0.05)


def test_the_held_out_figures_are_of_trees_that_saw_none_of_these_groups(good: bytes):
    cases = made_cases()
    turned = np.where(held_out(cases), np.where(cases.label, np.inf, 5.0), cases.event)
    other = load_model(train_model(replace(cases, event=turned), "a test", QUICK))
    rows = cases.matrix[:, [cases.names.index(name) for name in other.inputs]]
    assert other.contender.trees.margins(rows).tolist() == load_model(good).contender.trees.margins(rows).tolist()
    assert other.margins(rows).tolist() != load_model(good).margins(rows).tolist()


def test_a_better_challenger_takes_the_place(good: bytes, poor: bytes):
    new, old = check_beats(load_model(good), load_model(poor), made_cases())
    assert new > old


@pytest.mark.parametrize("challenger", ["poor", "good"])
def test_a_champion_stands_against_what_is_not_better(challenger: str, good: bytes, poor: bytes):
    with pytest.raises(ConflictError, match=r"AUC 0\.\d+ .* challenger 0\.\d+") as refused:
        check_beats(load_model({"poor": poor, "good": good}[challenger]), load_model(good), made_cases())
    assert refused.value.code == "champion_stands"


def test_models_of_other_inputs_are_not_compared(good: bytes):
    cases = made_cases()
    other = replace(cases, names=tuple(f"other_{name}" for name in cases.names))
    with pytest.raises(UsageError, match="other inputs") as refused:
        check_beats(load_model(good), load_model(good), other)
    assert refused.value.code == "bad_model"


def test_too_few_events_teach_nothing():
    cases = made_cases()
    with pytest.raises(TooShortError, match="too few"):
        train_model(replace(cases, event=np.full(len(cases), np.inf)), "a test", QUICK)


def test_cases_without_an_outcome_yet_are_left_out(good: bytes):
    cases = made_cases()
    event = cases.event.copy()
    event[cases.cutoffs == cases.cutoffs.max()] = np.nan
    card = load_model(train_model(replace(cases, event=event), "a test", QUICK)).card
    assert card.cases == len(cases) * 3 // 4


def test_an_input_that_says_nothing_is_not_read(good: bytes):
    cases = made_cases()
    matrix = cases.matrix.copy()
    matrix[:, cases.names.index("card_use")] = np.nan
    matrix[:, cases.names.index("passed_on")] = 0.0
    assert not {"card_use", "passed_on"} & set(load_model(train_model(replace(cases, matrix=matrix), "a test", QUICK)).inputs)


def test_more_strain_never_lowers_a_score(good: bytes):
    model = load_model(good)
    rows = made_cases(seed=3).matrix
    known = np.nan_to_num(rows[:, : len(model.inputs)])
    before = model.scores(known)
    for at, sense in enumerate(model.directions):
        worse = known.copy()
        worse[:, at] += 2.0 * sense
        assert (model.scores(worse) >= before).all()
