"""One suggestion: what, why, what stands in the way, and how likely it was."""

from collections import Counter
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.stress.intervention.people import STRAINED
from tools.stress.intervention.action import ACTIONS, CONSENTS, GUARDS, PREFERENCES, Reason, Situation
from tools.stress.intervention.policy import Nothing, Random, Rule, Thresholds, default_policy
from tools.stress.intervention.suggest import suggest

shares = st.floats(0, 1)
situations = st.builds(
    Situation,
    score=st.one_of(st.none(), shares),
    score_30d_ago=st.one_of(st.none(), shares),
    failed_debits_30d=st.integers(0, 3),
    failed_debits_90d=st.integers(0, 5),
    days_negative_90d=st.integers(0, 90),
    months_covered=st.floats(-5, 20),
    income_share=st.floats(0, 2),
    has_credit=st.booleans(),
    eased=st.booleans(),
    consent=st.sampled_from(CONSENTS),
    preference=st.sampled_from(PREFERENCES),
    vulnerable=st.booleans(),
    in_care=st.booleans(),
    contacts_30d=st.integers(0, 4),
    contacts_90d=st.integers(0, 6),
    days_since_contact=st.one_of(st.none(), st.integers(0, 90)),
    calls_left=st.integers(0, 3),
)
policies = st.sampled_from([Nothing(), Random(), Thresholds(), Rule()])


@given(situation=situations, policy=policies, draw=st.one_of(st.none(), st.floats(0, 1, exclude_max=True)))
def test_no_policy_and_no_chance_gets_round_a_guard(situation: Situation, policy: Rule, draw: float | None):
    found = suggest(situation, policy, draw=draw)
    chosen = found.alternatives[ACTIONS.index(found.action)]
    assert not chosen.blocked_by
    assert chosen.propensity == found.propensity > 0
    assert sum(each.propensity for each in found.alternatives) == pytest.approx(1)
    assert all(each.propensity == 0 for each in found.alternatives if each.blocked_by)
    assert set(found.reasons) <= set(get_args(Reason))
    assert set(found.blocked) == {guard for each in found.alternatives for guard in each.blocked_by}
    assert list(found.blocked) == sorted(found.blocked, key=GUARDS.index)


def test_somebody_in_need_with_credit_is_called_and_told_why():
    found = suggest(STRAINED, default_policy())
    assert (found.action, found.propensity, found.policy, found.band) == ("call", 1.0, "rule", "critical")
    assert found.reasons == (
        "critical_band", "score_rising", "debits_failed", "balance_below_zero", "buffer_short", "credit_could_be_eased", "call_helps_most",
    )  # fmt: skip


def test_the_same_situation_is_always_explained_in_the_same_words():
    assert suggest(STRAINED, Rule()) == suggest(STRAINED, Rule())


def test_what_was_eased_already_is_not_called_about_again():
    assert suggest(STRAINED.model_copy(update={"eased": True}), Rule()).action == "email_offer"


def test_the_message_goes_where_the_customer_likes_it():
    watched = STRAINED.model_copy(update={"score": 0.5, "has_credit": False, "score_30d_ago": 0.6})
    assert suggest(watched, Rule()).action == "email_offer"
    liked = suggest(watched.model_copy(update={"preference": "sms"}), Rule())
    assert (liked.action, liked.reasons[-1]) == ("sms", "prefers_this_channel")


def test_the_watchlist_is_not_reminded_without_an_occasion():
    watched = STRAINED.model_copy(update={"score": 0.5, "has_credit": False, "score_30d_ago": 0.6, "failed_debits_30d": 0})
    assert suggest(watched, Rule()).action == "none"


def test_too_little_history_says_so():
    found = suggest(Situation(score=None), Rule())
    assert (found.action, found.band, found.blocked) == ("none", "too_short", ("score_unknown",))


def test_left_alone_because_nothing_is_allowed_is_not_left_in_peace():
    tired = STRAINED.model_copy(update={"contacts_30d": 2})
    assert suggest(tired, Rule()).reasons[-1] == "no_contact_allowed"
    quiet = Situation(score=0.45, score_30d_ago=0.5, days_since_contact=40)
    assert suggest(quiet, Rule()).reasons[-1] == "left_in_peace"
    assert suggest(Situation(score=0.1), Rule()).reasons[-1] == "nothing_to_be_done"


def test_draws_come_as_often_as_their_propensities_say():
    draws = [suggest(STRAINED, Rule(), draw=float(draw)) for draw in np.linspace(0, 1, 400, endpoint=False)]
    counts = Counter(found.action for found in draws)
    for each in draws[0].alternatives:
        assert counts[each.action] / 400 == pytest.approx(each.propensity, abs=0.005)
    assert min(each.propensity for each in draws[0].alternatives) > 0


def test_what_exploration_chose_is_named_as_tried_out():
    found = suggest(STRAINED, Rule(), draw=0.001)
    assert (found.action, found.reasons[-2:]) == ("none", ("tried_out", "left_in_peace"))
