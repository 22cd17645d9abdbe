"""The stress of neighbours: no model that reads it loads unless the bank has a legal basis."""

from dataclasses import replace

import numpy as np
import pytest

from tests.tools.stress.learn.made import QUICK, made_cases
from tools.errors import UsageError
from tools.stress.learn.train import train_model
from tools.stress.model.file import load_model, shipped_model
from tools.stress.network.input import NEIGHBOUR_STRESS


@pytest.fixture(scope="module")
def made() -> bytes:
    cases = made_cases()
    around = np.clip(np.where(cases.label, 0.7, 0.3) + 0.1 * np.random.default_rng(1).normal(size=len(cases)), 0, 1)
    wider = replace(
        cases,
        names=(*cases.names, NEIGHBOUR_STRESS.name),
        directions=(*cases.directions, NEIGHBOUR_STRESS.direction),
        matrix=np.column_stack([cases.matrix, around]),
    )
    return train_model(wider, "a test", QUICK)


def test_it_does_not_load_while_the_switch_is_off(made: bytes):
    with pytest.raises(UsageError, match="PERSONAFORGE_NETWORK_LEGAL_BASIS") as refused:
        load_model(made)
    assert refused.value.code == "network_off"


def test_it_loads_and_is_monotone_with_a_legal_basis(made: bytes):
    model = load_model(made, network=True)
    assert model.inputs[-1] == NEIGHBOUR_STRESS.name
    rows = np.zeros((2, len(model.inputs)))
    rows[:, -1] = 0.0, 1.0
    calm, strained = model.scores(rows)
    assert strained > calm


def test_the_shipped_model_does_not_read_it():
    assert NEIGHBOUR_STRESS.name not in shipped_model().inputs
