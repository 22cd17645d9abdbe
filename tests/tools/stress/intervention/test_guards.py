"""What may not be done, whatever a policy wants."""

import numpy as np
import pytest

from tests.tools.stress.intervention.people import STRAINED
from tools.stress.intervention.action import ACTIONS, GUARDS, Situation, situations_of
from tools.stress.intervention.constants import constants
from tools.stress.intervention.guards import LEGAL, allowed, blocked

CONTACTS = {"sms", "email_offer", "call"}


def blocked_by(situation: Situation) -> dict[str, set[str]]:
    """Which guards take which action."""
    table = blocked(situations_of(situation), constants())[0]
    return {action: {guard for row, guard in enumerate(GUARDS) if table[row, at]} for at, action in enumerate(ACTIONS)}


def test_nothing_stands_in_the_way_of_helping_somebody_in_need():
    assert blocked_by(STRAINED) == {action: set() for action in ACTIONS}


@pytest.mark.parametrize(
    ("change", "guard", "taken"),
    [
        ({"score": None}, "score_unknown", CONTACTS),
        ({"in_care": True}, "in_care", CONTACTS),
        ({"consent": "limited"}, "limited_consent", {"email_offer"}),
        ({"vulnerable": True}, "vulnerable", {"sms", "email_offer"}),
        ({"days_since_contact": 13}, "too_soon", CONTACTS),
        ({"contacts_30d": 2}, "monthly_cap", CONTACTS),
        ({"contacts_90d": 4}, "quarterly_cap", CONTACTS),
        ({"calls_left": 0}, "no_capacity", {"call"}),
    ],
)
def test_each_guard_takes_what_it_is_for(change: dict[str, object], guard: str, taken: set[str]):
    found = blocked_by(STRAINED.model_copy(update=change))
    assert {action for action, guards in found.items() if guard in guards} == taken


def test_without_consent_only_the_service_message_that_a_debit_came_back():
    refused = STRAINED.model_copy(update={"consent": "no"})
    assert {action for action, guards in blocked_by(refused).items() if guards} == {"email_offer", "call"}
    quiet = refused.model_copy(update={"failed_debits_30d": 0})
    assert {action for action, guards in blocked_by(quiet).items() if "no_consent" in guards} == CONTACTS


def test_a_fortnight_after_the_last_contact_the_next_may_come():
    assert "too_soon" not in blocked_by(STRAINED.model_copy(update={"days_since_contact": 14}))["call"]


@pytest.mark.parametrize(
    ("score", "before", "failed", "needs"),
    [(0.2, 0.2, 0, False), (0.2, None, 0, False), (0.395, 0.395, 0, True), (0.25, 0.15, 0, True), (0.2, 0.2, 1, True), (0.4, 0.9, 0, True)],
)
def test_the_healthy_and_steady_are_left_in_peace(score: float, before: float | None, failed: int, needs: bool):
    quiet = Situation(score=score, score_30d_ago=before, failed_debits_30d=failed)
    assert ("no_need" not in blocked_by(quiet)["sms"]) == needs


def test_doing_nothing_is_never_taken_away():
    worst = STRAINED.model_copy(update={"consent": "no", "in_care": True, "contacts_90d": 9, "calls_left": 0, "score": None})
    table = blocked(situations_of(worst), constants())
    assert allowed(table).tolist() == [[True, False, False, False]]


def test_the_legal_guards_hold_without_the_others():
    tired = situations_of(STRAINED.model_copy(update={"contacts_30d": 5, "consent": "limited"}))
    table = blocked(tired, constants())
    assert allowed(table, LEGAL).tolist() == [[True, True, False, True]]
    assert not np.any(allowed(table)[:, 1:])
