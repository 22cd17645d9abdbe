"""A model that reads the stress of neighbours is given it; nobody is told it as a reason."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from server.stream.scorer import ModelScorer
from tests.tools.stress.learn.made import QUICK, made_cases
from tools.stress.activity import EMPTY, Activity
from tools.stress.inputs import Standing
from tools.stress.learn.train import train_model
from tools.stress.model.file import load_model
from tools.stress.model.model import StressModel
from tools.stress.network.input import NEIGHBOUR_STRESS

TODAY = date(2026, 3, 14).toordinal()


@pytest.fixture(scope="module")
def model() -> StressModel:
    """One in which the stress of neighbours says everything."""
    cases = made_cases()
    around = np.where(cases.label, 0.9, 0.1)
    wider = replace(
        cases,
        names=(*cases.names, NEIGHBOUR_STRESS.name),
        directions=(*cases.directions, 1),
        matrix=np.column_stack([cases.matrix, around]),
    )
    return load_model(train_model(wider, "a test", QUICK), network=True)


def activity() -> Activity:
    return replace(EMPTY, last_day=TODAY, first_day=TODAY - 200)


def around(customer_ids: Sequence[str]) -> dict[str, float]:
    known = {"strained": 0.95, "calm": 0.05}
    return {one: known[one] for one in customer_ids if one in known}


def test_neighbours_raise_the_score_and_are_no_reason(model: StressModel):
    scorer = ModelScorer(model, around)
    calm, strained = scorer.score(["calm", "strained"], [activity(), activity()], [Standing(), Standing()])
    assert strained.score is not None
    assert calm.score is not None
    assert strained.score > calm.score
    assert strained.band != "healthy"
    assert NEIGHBOUR_STRESS.name not in strained.drivers


def test_without_the_switch_it_is_not_known(model: StressModel):
    off, on = ModelScorer(model), ModelScorer(model, around)
    (without,) = off.score(["strained"], [activity()], [Standing()])
    (unknown,) = on.score(["unknown"], [activity()], [Standing()])
    assert without.score == unknown.score
