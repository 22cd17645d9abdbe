"""intervention_suggest: what to do, why, what is ruled out and by what, and a proposal with the exact text; it contacts nobody."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from agent.compliance_checker import gate
from agent.contact import ProposedContact
from agent.gate_case import GateCase
from agent.record import TurnRecord
from agent.toolbox import toolbox
from tests.fakes import (
    NOW,
    PRINCIPALS,
    FakeDesk,
    FakeView,
    Told,
    acts,
    ask,
    assert_whole,
    calls,
    catalogue,
    context_for,
    follow_up,
    take_turn,
)
from tests.people import people
from tools.ledger.history import History
from tools.stress.intervention.situation import PastContact

TODAY = NOW.date()


class Book(FakeView):
    """The RM's book in which Ben is looked after by nobody, with another profile and other contacts."""

    def __init__(self, contacts: Sequence[PastContact] = (), **profile: Any) -> None:
        super().__init__(PRINCIPALS["rm"], contacts=contacts)
        self._profile = {"email": "ben@bank.test", **profile}

    def client_history(self, customer_id: str) -> History:
        found = super().client_history(customer_id)
        if customer_id != "demo:2":
            return found
        return found.model_copy(update={"flags": (), "profile": found.profile.model_copy(update=self._profile)})


def contacted(days: int, kind: Any = "message", customer_id: str = "demo:2") -> PastContact:
    return PastContact(customer_id=customer_id, kind=kind, on=TODAY - timedelta(days=days))


async def suggested(view: FakeView, client: str = "Ben") -> Told:
    told = await ask("rm", ("intervention_suggest", {"client": client}), said=f"what should I do about {client}?", view=view)
    assert_whole(told)
    return told


def proposed(told: Told) -> ProposedContact:
    (change,) = told.record.proposals
    assert change.kind == "contact"
    return ProposedContact.model_validate(change.payload)


def text(told: Told) -> str:
    return told.text.replace("\u00a0", " ")


def no_calls() -> list[PastContact]:
    """A week in which nobody can be called any more."""
    return [contacted(0, "call", f"demo:{number}") for number in (1, 3, 5)]


async def test_a_call_is_suggested_with_reasons_and_a_note_to_approve():
    told = await suggested(Book())
    assert "I suggest calling Ben Carter: the stress score is" in text(told)
    contact = proposed(told)
    assert (contact.action, contact.channel, contact.to, contact.follow_up_on) == ("call", "call", None, TODAY + timedelta(days=14))
    block = next(block for block in told.reply.blocks if block.type == "proposal")
    assert block.verb == "Approve the call"
    assert "\n\n".join(rich.text for rich in block.letter) == contact.text
    titles = [block.title for block in told.reply.blocks if block.type == "table"]
    assert titles[:2] == ["What speaks for it", "What else could be done"]
    assert "simulated, not observed" in text(told)


@pytest.mark.parametrize(
    ("preference", "channel", "to"), [("email", "email", "ben@bank.test"), ("sms", "sms", "demo:2"), ("chat_app", "chat_app", "demo:2")]
)
async def test_a_text_goes_by_the_channel_that_the_customer_likes(preference: str, channel: str, to: str):
    contact = proposed(await suggested(Book(no_calls(), preferred_channel=preference)))
    assert (contact.channel, contact.to) == (channel, to)
    assert contact.text.startswith("Dear Ben Carter,")
    assert (contact.subject is None) == (channel != "email")


async def test_every_figure_of_a_text_is_the_customers_own():
    contact = proposed(await suggested(Book(no_calls(), preferred_channel="email")))
    assert {fact.subject for fact in contact.backing.facts} == {"demo:2"}
    assert contact.backing.no_credit


async def test_what_a_guard_rules_out_is_said():
    told = await suggested(Book([contacted(3)]))
    assert told.record.proposals == ()
    assert "I suggest not contacting Ben Carter now" in text(told)
    assert "the last contact was too recent" in text(told)


async def test_who_wants_service_messages_only_gets_no_offer_and_no_call():
    told = await suggested(Book(consent_personalization="no"))
    assert proposed(told).action == "sms"
    assert "the customer wants service messages only" in text(told)


async def test_whom_a_person_looks_after_already_is_left_to_that_person():
    told = await suggested(FakeView(PRINCIPALS["rm"]))
    assert told.record.proposals == ()
    assert "a person looks after it already" in text(told)


async def test_without_an_address_nothing_is_proposed():
    told = await suggested(Book(no_calls(), preferred_channel="email", email=None))
    assert told.record.proposals == ()
    assert "There is no e-mail address on record" in text(told)


async def test_a_short_history_is_no_ground_for_a_contact():
    told = await suggested(FakeView(PRINCIPALS["rm"]), "Cara")
    assert told.record.proposals == ()
    assert "too little history" in text(told)


async def test_the_suggestion_is_logged_with_its_propensity_and_what_it_saw():
    told = await suggested(Book())
    (made,) = told.record.suggestions
    assert (made.policy, made.action, made.propensity, made.customer_id) == ("rule", "call", 1.0, "demo:2")
    assert sum(made.propensities.values()) == pytest.approx(1.0)
    assert made.situation["consent"] == "yes"
    assert made.proposal == told.record.proposals[0].id
    assert proposed(told).suggestion == made.id
    quiet = await suggested(Book([contacted(3)]))
    assert (quiet.record.suggestions[0].action, quiet.record.suggestions[0].proposal) == ("none", None)


async def test_only_managers_have_the_tool():
    assert toolbox()["intervention_suggest"].roles == {"rm"}
    told = await ask("strained", ("intervention_suggest", {}), said="what should you do about me?")
    assert told.record.proposals == ()
    assert told.record.suggestions == ()
    assert "I suggest" not in told.text


async def test_a_client_of_nobody_is_not_found():
    told = await ask("rm", ("intervention_suggest", {"client": "Quillfeather"}), said="should I call Quillfeather?")
    assert told.record.calls[0].outcome == "not_found"
    assert told.record.proposals == ()


@pytest.mark.parametrize("words", ["yes send it", "send it now", "approve", "Approved: Send the message", "call him, I agree"])
async def test_a_plain_message_never_sends(words: str):
    desk = FakeDesk()
    said = "what should I do about Ben?"
    first = context_for(
        "rm", said, calls(("intervention_suggest", {"client": "Ben"})), acts("not_understood"), desk=desk, view=Book(no_calls())
    )
    told = await take_turn(first)
    assert len(told.record.proposals) == 1
    again = await take_turn(follow_up(first, words))
    assert desk.acts == []
    assert again.record.proposals == ()


async def test_the_turn_is_judged_again_to_the_same_bytes():
    told = await suggested(Book())
    stored = TurnRecord.model_validate_json(told.record.model_dump_json())
    assert gate(GateCase.model_validate(stored.case), catalogue())[0].model_dump_json() == stored.reply.model_dump_json()


async def test_names_of_others_stay_out_of_what_is_proposed():
    contact = proposed(await suggested(Book()))
    assert not any(one.customer.name in contact.text for one in people().values() if one.customer.id != "demo:2")
