"""What a policy may know of a real customer."""

from datetime import date, timedelta
from typing import Any, get_args

import pytest

from tests.people import people
from tests.tools.builders import AS_OF
from tools.ledger.features import features_of
from tools.ledger.history import History
from tools.ledger.note import Flag
from tools.stress.intervention.action import Situation
from tools.stress.intervention.situation import ContactKind, PastContact, calls_left, situation_of
from tools.stress.score import stress_status
from tools.twin.fit.fit import fit_twin

TODAY = date(2027, 4, 1)
BEN = people()["demo:2"]


def seen(history: History = BEN, *contacts: PastContact) -> Situation:
    features = features_of(history)
    return situation_of(history, features, stress_status(history, features), fit_twin(history, features), contacts, TODAY, 1)


def contact(days: int, customer_id: str = "demo:2", kind: ContactKind = "message", *, agreed: bool = False) -> PastContact:
    return PastContact(customer_id=customer_id, kind=kind, on=TODAY - timedelta(days=days), agreed=agreed)


def flagged(kind: Any, until: date | None = None) -> History:
    return BEN.model_copy(update={"flags": (Flag(customer_id="demo:2", kind=kind, since=date(2027, 1, 1), until=until),)})


def test_figures_are_those_of_the_history():
    found, features = seen(), features_of(BEN)
    assert found.failed_debits_30d == 6
    assert found.failed_debits_90d == features.failed_debits_90d
    assert found.days_negative_90d == features.days_negative_90d
    assert found.months_covered < 0
    assert found.score == stress_status(BEN, features).score


def test_only_this_customers_contacts_count_and_each_in_its_window():
    found = seen(BEN, contact(5), contact(29), contact(30), contact(89), contact(90), contact(1, "demo:1"), contact(-2))
    assert (found.contacts_30d, found.contacts_90d, found.days_since_contact) == (2, 4, 5)
    assert seen().days_since_contact is None


@pytest.mark.parametrize(
    ("kind", "vulnerable", "in_care"), [("hardship", False, True), ("complaint_open", False, True), ("bereavement", True, False), ("gambling", True, False), ("power_of_attorney", False, False)]
)  # fmt: skip
def test_open_flags_say_who_is_vulnerable_and_who_is_looked_after(kind: str, vulnerable: bool, in_care: bool):
    found = seen(flagged(kind))
    assert (found.vulnerable, found.in_care) == (vulnerable, in_care)


def test_a_flag_that_has_ended_counts_no_more():
    assert not seen(flagged("hardship", until=AS_OF - timedelta(days=1))).in_care
    assert seen(flagged("hardship", until=AS_OF)).in_care


@pytest.mark.parametrize(("days", "eased"), [(10, True), (183, True), (184, False)])
def test_what_was_agreed_lately_eases(days: int, eased: bool):
    assert seen(BEN, contact(days, agreed=True)).eased == eased


def test_a_preference_for_the_app_rules_out_nothing():
    likes = {"app": "any", "branch": "any", "sms": "sms", "chat_app": "sms", "email": "email", "phone": "phone"}
    profiles = {channel: BEN.profile.model_copy(update={"preferred_channel": channel}) for channel in likes}
    assert {channel: seen(BEN.model_copy(update={"profile": profile})).preference for channel, profile in profiles.items()} == likes


def test_calls_of_this_week_use_up_the_capacity_of_a_book():
    monday = TODAY - timedelta(days=TODAY.weekday())
    calls = [PastContact(customer_id="demo:1", kind="call", on=monday + timedelta(days=at)) for at in (-1, 0, 1)]
    assert calls_left(500, calls, TODAY) == 3
    assert calls_left(10, [], TODAY) == 1
    assert calls_left(10, calls, TODAY) == 0
    assert (
        calls_left(10, [PastContact(customer_id="demo:1", kind=kind, on=TODAY) for kind in get_args(ContactKind) if kind != "call"], TODAY)
        == 1
    )
