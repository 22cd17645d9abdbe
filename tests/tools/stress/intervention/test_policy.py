"""Policies are probabilities over what is allowed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.stress.intervention.people import STRAINED
from tools.stress.intervention.action import ACTIONS, CALL, EMAIL, NONE, SMS, Situation, Situations, situations_of
from tools.stress.intervention.observation import OBSERVED, observed
from tools.stress.intervention.policy import Learned, Nothing, Random, Rule, Thresholds, explored


class Fixed:
    """A network with the same preferences for everybody."""

    name = "fixed"

    def __init__(self, *logits: float) -> None:
        self._logits = logits

    def logits(self, observations, /):
        assert observations.shape[1] == len(OBSERVED)
        return np.tile(np.array(self._logits), (len(observations), 1))


EVERYTHING = np.ones((1, len(ACTIONS)), dtype=np.bool_)


@given(st.lists(st.booleans(), min_size=3, max_size=3))
def test_rows_add_up_to_one_and_leave_out_what_is_not_allowed(contacts: list[bool]):
    allowed = np.array([[True, *contacts]])
    seen = situations_of(STRAINED)
    for policy in (Nothing(), Random(), Thresholds(), Rule(), Learned(Fixed(1, 2, 3, 4))):
        chances = policy.chances(seen, allowed)
        assert chances.sum() == pytest.approx(1)
        assert not chances[~allowed].any()


def test_a_learned_policy_is_the_softmax_of_what_is_allowed():
    allowed = np.array([[True, False, True, True]])
    chances = Learned(Fixed(0.0, 50.0, 1.0, 2.0)).chances(situations_of(STRAINED), allowed)[0]
    weights = np.exp([0.0, 1.0, 2.0])
    assert chances[[NONE, EMAIL, CALL]] == pytest.approx(weights / weights.sum())
    assert chances[SMS] == 0


def test_exploration_leaves_no_allowed_action_without_a_chance():
    allowed = np.array([[True, True, False, True]])
    chances = explored(Nothing().chances(situations_of(STRAINED), allowed), allowed, 0.06)[0]
    assert chances[[SMS, CALL]] == pytest.approx([0.02, 0.02])
    assert chances[NONE] == pytest.approx(0.96)
    assert chances[EMAIL] == 0


@pytest.mark.parametrize(("score", "action"), [(0.39, NONE), (0.4, SMS), (0.69, SMS), (0.7, CALL), (1.0, CALL)])
def test_thresholds_go_by_the_band_alone(score: float, action: int):
    chances = Thresholds().chances(situations_of(Situation(score=score)), EVERYTHING)
    assert chances[0].argmax() == action


def test_the_rule_calls_who_can_be_helped_most():
    eased = STRAINED.model_copy(update={"eased": True})
    watched = Situation(score=0.5, score_30d_ago=0.6, has_credit=True)
    alone = Situation(score=0.5, score_30d_ago=0.6, days_since_contact=20)
    chosen = [int(Rule().chances(situations_of(each), EVERYTHING)[0].argmax()) for each in (STRAINED, eased, watched, alone)]
    assert chosen == [CALL, EMAIL, CALL, NONE]


def test_what_is_observed_has_a_name_each_and_no_gaps():
    unknown = Situation(score=None)
    rows = observed(Situations.joined([situations_of(STRAINED), situations_of(unknown)]))
    assert rows.shape == (2, len(OBSERVED))
    assert np.isfinite(rows).all()
    named = dict(zip(OBSERVED, rows[0], strict=True))
    assert named["score"] == pytest.approx(0.82)
    assert named["score_change_30d"] == pytest.approx(0.21)
    assert (named["has_credit"], named["consent_yes"], named["freshness_of_contact"]) == (1, 1, 0)


def test_no_protected_attribute_and_no_stand_in_for_one_is_observed():
    words = {word for name in OBSERVED for word in name.split("_")}
    assert not words & {"age", "birth", "gender", "sex", "pronouns", "religion", "ethnicity", "city", "region", "language", "segment"}
