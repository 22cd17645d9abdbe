"""The shipped policy runs from its file, without PyTorch, and says where it comes from."""

import sys

import numpy as np
import pytest

from server.intervention.network import OnnxNetwork, shipped_network, shipped_policy
from tests.tools.stress.intervention.people import STRAINED
from tools.errors import UsageError
from tools.stress.intervention.action import ACTIONS
from tools.stress.intervention.card import shipped_card
from tools.stress.intervention.observation import OBSERVED
from tools.stress.intervention.policy import default_policy
from tools.stress.intervention.suggest import suggest


def test_preferences_for_each_action_the_same_alone_and_among_others():
    rows = np.random.default_rng(1).random((50, len(OBSERVED)))
    together = shipped_network().logits(rows)
    alone = np.concatenate([shipped_network().logits(row[None]) for row in rows])
    assert together.shape == (50, len(ACTIONS))
    assert together == pytest.approx(alone, abs=1e-5)
    assert np.isfinite(together).all()


def test_it_runs_without_torch():
    shipped_network().logits(np.zeros((1, len(OBSERVED))))
    assert "torch" not in sys.modules


def test_it_says_on_whom_it_was_learned_and_its_card_is_of_others():
    learning, card = shipped_network().learning, shipped_card()
    assert learning is not None
    assert card is not None
    assert card.learning == learning
    assert card.policy == shipped_network().name
    assert card.population_seed != learning.population_seed


def test_a_suggestion_of_the_learned_policy_keeps_every_guard():
    tired = STRAINED.model_copy(update={"contacts_30d": 2})
    assert suggest(tired, shipped_policy()).action == "none"
    found = suggest(STRAINED, shipped_policy(), draw=0.5)
    assert found.policy == shipped_network().name
    assert all(each.propensity > 0 for each in found.alternatives)


def test_the_card_shows_the_learned_policy_against_all_others():
    card = shipped_card()
    assert card is not None
    assert [line.policy for line in card.table.lines] == ["none", "random", "random_within_guards", "thresholds", "rule", card.policy]
    for policy in ("rule", card.policy):
        for other in ("none", "random", "thresholds"):
            assert card.table.line(policy).gain[other].low > 0
    assert card.default == default_policy().name
    assert card.limits
    assert {each.policy for each in card.judged} == {"none", "thresholds", "rule", card.policy}


@pytest.mark.parametrize("content", [b"", b"no network", b"\x08\x07"])
def test_a_file_that_is_no_policy_is_refused(content: bytes):
    with pytest.raises(UsageError, match="personaforge train intervention") as refused:
        OnnxNetwork(content).logits(np.zeros((1, len(OBSERVED))))
    assert refused.value.code == "bad_policy"


def test_a_policy_for_other_observations_is_refused():
    with pytest.raises(UsageError) as refused:
        shipped_network().logits(np.zeros((1, 3)))
    assert refused.value.code == "bad_policy"
