"""A policy through a year: caps hold, calls are rationed, propensities are true."""

import numpy as np
import pytest

from tests.tools.stress.intervention.people import STRAINED, book
from tools.stress.intervention.action import ACTIONS, CALL, EMAIL, NONE, Situations, situations_of
from tools.stress.intervention.book import WEEKS
from tools.stress.intervention.constants import constants
from tools.stress.intervention.course import Course
from tools.stress.intervention.guards import LEGAL
from tools.stress.intervention.luck import luck_of
from tools.stress.intervention.policy import Nothing, Random, Rule, Thresholds
from tools.stress.intervention.run import calls_a_week, decide, run


def in_need(count: int, calls: int) -> Situations:
    each = [STRAINED.model_copy(update={"score": 0.7 + 0.2 * number / count, "calls_left": calls}) for number in range(count)]
    return Situations.joined([situations_of(one) for one in each])


def test_calls_go_to_the_most_strained_and_the_others_are_written_to():
    made = decide(Rule(), in_need(10, 3), constants(), np.full(10, 0.5))
    assert made.actions.tolist() == [EMAIL] * 7 + [CALL] * 3
    assert made.free[:, CALL].tolist() == [False] * 7 + [True] * 3
    assert (made.propensity == 1).all()


@pytest.mark.parametrize("policy", [Random(), Rule()])
def test_actions_come_as_often_as_their_propensities_say(policy: Rule):
    seen, counts, said = in_need(4, 2), np.zeros((4, len(ACTIONS))), np.zeros((4, len(ACTIONS)))
    rng = np.random.default_rng(1)
    for _ in range(4000):
        made = decide(policy, seen, constants(), rng.random(4), floor=0.2)
        counts[np.arange(4), made.actions] += 1
        said += made.chances
        assert (made.propensity == made.chances[np.arange(4), made.actions]).all()
        assert (made.actions == CALL).sum() <= 2
    assert counts / 4000 == pytest.approx(said / 4000, abs=0.03)


@pytest.mark.parametrize("policy", [Random("random_within_guards", Rule().guards), Rule()])
def test_a_guarded_policy_keeps_its_caps_all_year(policy: Rule):
    many, given = book(80), constants()
    course, luck = Course(many, luck_of(many, given, 2), given), luck_of(many, given, 2)
    for week in range(WEEKS):
        course.advance(
            decide(policy, course.situations(calls_a_week(many, given)), given, luck.choice[:, week], floor=given.explore).actions
        )
    contacts = course.action != NONE
    assert contacts.any()
    assert (course.action == CALL).sum(axis=0).max() <= calls_a_week(many, given)
    windows = np.lib.stride_tricks.sliding_window_view(contacts.astype(int), 13, axis=1).sum(axis=2)
    assert windows.max() <= given.most_contacts_90d
    for row in contacts:
        assert np.diff(np.flatnonzero(row)).min(initial=WEEKS) >= 2
    assert not contacts[many.vulnerable][:, :].any() or set(course.action[many.vulnerable].ravel()) <= {NONE, CALL}


def test_doing_nothing_costs_nothing_and_meets_the_same_luck():
    many, given = book(60), constants()
    luck = luck_of(many, given, 5)
    first, second = (run(Nothing(), many, luck, given) for _ in range(2))
    assert np.array_equal(first.value, second.value)
    assert not first.costs.any()
    assert not first.contacts[:, 1:].any()
    assert first.value == pytest.approx(-(first.critical_weeks + first.months_below))


def test_without_consent_nobody_is_called_or_offered_anything_by_any_policy():
    many, given = book(60), constants()
    for policy in (Random(), Thresholds(), Rule()):
        done = run(policy, many, luck_of(many, given, 5), given)
        assert set(LEGAL) <= set(policy.guards)
        refused = many.consent == 0
        assert refused.any()
        assert not done.contacts[refused][:, 2:].any()
