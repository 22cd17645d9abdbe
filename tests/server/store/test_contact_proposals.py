"""A contact that a manager approved goes out once, when the time to undo has passed, and not when it was taken back or does not pass."""

from collections.abc import Callable
from datetime import UTC, date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from agent.contact import ProposedContact
from agent.decision import DecidedContact
from agent.outgoing import Backing
from agent.record import MadeSuggestion, ProposedChange, UntrustedText
from server.messages.message import Message
from server.messages.sender import PATIENCE_MINUTES, Sender, Sent
from server.store.contacts import ContactStore, GivenContact
from server.store.outgoing import TAKEN_MINUTES, OutgoingMessages
from server.store.proposed_contact import StoredContact
from server.store.suggestions import SuggestionLog
from server.store.tables.customer import PROFILES
from server.store.tables.message import OUTGOING_MESSAGES, SUGGESTIONS
from server.store.tables.note import FLAGS
from server.store.view import StoreView
from tests.server.store.bank import NOW
from tests.server.store.planning import ANNA, OTHER_RM, RM, Clock, Stores, act, with_proposals
from tests.server.store.test_runs import record
from tools.errors import NotFoundError, RefusedError, UnavailableError
from tools.fact import Fact

BALANCE = Fact(id="s.balance", label="balance", value=4_050, unit="money", as_of=date(2026, 3, 31), source="intervention_suggest", currency="GBP", subject="demo:1")  # fmt: skip
NAME = UntrustedText(id="s.name", text="Anna CANARY", source="book", subject="demo:1")
TEXT = "Dear Anna CANARY,\n\nyour accounts held £40.50. Please call us."
UNDO = timedelta(minutes=10)
SITUATION = {"score": 0.8, "consent": "yes"}


def contact(number: int = 1, customer_id: str = "demo:1", **changes: Any) -> ProposedChange:
    backing = Backing(customer_id=customer_id, jurisdiction="uk", facts=(BALANCE,), texts=(NAME,), no_credit=True)
    proposed = ProposedContact.model_validate({
        "action": "email_offer", "channel": "email", "to": "anna@example.test", "subject": "About your account", "text": TEXT, "backing": backing,
        "consent": "yes", "suggestion": f"r{number}:s", **changes,
    })  # fmt: skip
    return ProposedChange(
        id=f"proposal.{number}", kind="contact", customer_id=customer_id, payload=proposed.model_dump(mode="json"), verb="Send the e-mail", expires_at=NOW + timedelta(days=3)
    )  # fmt: skip


def call(number: int = 1) -> ProposedChange:
    return contact(number, action="call", channel="call", to=None, subject=None, follow_up_on=date(2026, 4, 20))


def suggested(number: int = 1) -> MadeSuggestion:
    return MadeSuggestion(
        id=f"r{number}:s", customer_id="demo:1", policy="rule", action="email_offer", propensity=0.9, propensities={"none": 0.1, "email_offer": 0.9},
        reasons=("critical_band",), blocked=(), situation=SITUATION, proposal=f"proposal.{number}",
    )  # fmt: skip


class Receiver:
    """Takes messages, or fails as it is told; keeps keys as a good provider does."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.got: list[Message] = []

    def send(self, message: Message) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.got.append(message)


LATER = UnavailableError("The provider does not answer. Wait.", code="not_delivered")
NEVER = RefusedError("There is no such address. Correct it.", code="undeliverable")


class Post:
    """Stores with a sender over them."""

    def __init__(self, stores: Stores) -> None:
        self.stores = stores
        self.outgoing = OutgoingMessages(stores.database, stores.cipher, stores.clock)
        self.log = ContactStore(stores.database, stores.cipher, stores.clock)
        self.suggestions = SuggestionLog(stores.database, stores.cipher)

    def propose(self, *changes: ProposedChange) -> str:
        thread = self.stores.threads.create(RM.subject).id
        turn = with_proposals(record("r1", thread, RM.subject, ticket=None), *changes).model_copy(update={"suggestions": (suggested(),)})
        self.stores.recorder.commit(turn)
        return thread

    def act(self, *args: Any, **more: Any) -> DecidedContact:
        found = self.stores.proposals.decide(RM, act(*args, **more))
        assert isinstance(found, DecidedContact)
        return found

    def send(self, receiver: Receiver) -> Sent:
        return Sender(self.outgoing, {"email": receiver, "sms": receiver, "chat_app": receiver}, self.stores.clock).send_due()

    def card(self) -> StoredContact:
        found = self.stores.proposals.proposal(RM, "proposal.1")
        assert isinstance(found, StoredContact)
        return found

    def logged(self) -> list[tuple[str, str]]:
        return [(one.action, one.outcome) for one in self.log.of_clients(RM)]

    def answer(self) -> str:
        (only,) = self.suggestions.logged(NOW - timedelta(days=1))
        return only.answer


@pytest.fixture
def post(stores: Stores) -> Post:
    return Post(stores)


def test_an_approved_text_goes_out_as_it_was_shown_when_the_time_to_undo_has_passed(post: Post, clock: Clock):
    post.propose(contact())
    receiver = Receiver()
    decided = post.act()
    assert (decided.outcome, decided.undo_minutes, decided.undo_until) == ("queued", 10, NOW + UNDO)
    clock.at += UNDO - timedelta(seconds=1)
    assert post.send(receiver) == Sent()
    clock.at += timedelta(seconds=1)
    assert post.send(receiver) == Sent(sent=1)
    assert post.send(receiver) == Sent()
    (message,) = receiver.got
    assert (message.key, message.to, message.subject, message.body) == ("proposal.1", "anna@example.test", "About your account", TEXT)
    card = post.card()
    assert card.message is not None
    assert (card.state, card.message.state, card.undo_until) == ("approved", "sent", None)
    assert post.logged() == [("email", "sent")]


def test_nothing_goes_out_without_an_act(post: Post, clock: Clock):
    post.propose(contact())
    clock.at += timedelta(days=2)
    receiver = Receiver()
    assert post.send(receiver) == Sent()
    assert receiver.got == []
    assert post.logged() == []


def test_what_is_taken_back_in_time_never_goes_out(post: Post, clock: Clock):
    post.propose(contact())
    post.act()
    clock.at += timedelta(minutes=9)
    assert post.act("undone", key="k2").outcome == "undone"
    clock.at += timedelta(days=1)
    receiver = Receiver()
    assert post.send(receiver) == Sent()
    assert receiver.got == []
    assert post.logged() == []
    assert post.answer() == "undone"


def test_what_is_taken_back_too_late_has_gone_out(post: Post, clock: Clock):
    post.propose(contact())
    post.act()
    clock.at += UNDO
    assert post.act("undone", key="k2").outcome == "too_late"
    assert post.send(Receiver()) == Sent(sent=1)


def test_the_manager_may_change_the_text_and_what_goes_out_is_that(post: Post, clock: Clock):
    post.propose(contact())
    assert post.act(text="Dear Anna CANARY, your accounts held £40.50. Shall we talk?").outcome == "queued"
    clock.at += UNDO
    receiver = Receiver()
    post.send(receiver)
    assert receiver.got[0].body == "Dear Anna CANARY, your accounts held £40.50. Shall we talk?"
    assert post.card().contact.text == receiver.got[0].body
    assert post.answer() == "edited"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Dear Anna CANARY, we guarantee that it will be fine.", "R01"),
        ("Dear Anna CANARY, your accounts held £45.", "R18"),
        ("Dear Anna CANARY, five payments failed.", "R18"),
        ("Consider a loan from us.", "R08"),
        ("See https://evil.example for more.", "R20"),
        ("It is free of charge.", "R05"),
    ],
)
def test_a_changed_text_passes_the_gate_or_nothing_happens(post: Post, clock: Clock, text: str, rule: str):
    post.propose(contact())
    refused = post.act(text=text)
    assert (refused.outcome, refused.broken) == ("bad_text", (rule,))
    assert post.card().state == "open"
    clock.at += UNDO
    assert post.send(Receiver()) == Sent()
    assert post.act(key="k2").outcome == "queued"


def test_an_approved_call_is_in_the_log_with_its_day(post: Post, clock: Clock):
    post.propose(call())
    assert post.act().outcome == "noted"
    (logged,) = post.log.of_clients(RM)
    assert (logged.action, logged.outcome, logged.follow_up_on, logged.note) == ("call", "planned", date(2026, 4, 20), TEXT)
    clock.at += timedelta(days=1)
    assert post.send(Receiver()) == Sent()
    assert post.act("undone", key="k2").outcome == "too_late"


def test_a_declined_contact_keeps_the_reason_and_reaches_nobody(post: Post, clock: Clock):
    post.propose(contact())
    assert post.act("declined", reason="I saw her yesterday").outcome == "declined"
    clock.at += UNDO
    assert post.send(Receiver()) == Sent()
    assert (post.card().reason, post.answer()) == ("I saw her yesterday", "declined")


def test_a_customer_who_no_longer_agrees_is_not_written_to(post: Post):
    post.propose(contact())
    with post.stores.database.writing() as connection:
        connection.execute(update(PROFILES).where(PROFILES.c.customer_id == "demo:1").values(consent_personalization="no"))
    assert post.act().outcome == "overtaken"


@pytest.mark.parametrize(
    ("change", "kind", "outcome"),
    [
        (contact, "hardship", "overtaken"),
        (call, "hardship", "overtaken"),
        (contact, "bereavement", "overtaken"),
        (call, "bereavement", "noted"),
    ],
)
def test_whom_a_guard_protects_by_now_is_not_written_to(post: Post, change: Callable[[], ProposedChange], kind: str, outcome: str):
    post.propose(change())
    with post.stores.database.writing() as connection:
        connection.execute(insert(FLAGS).values(customer_id="demo:1", kind=kind, since=date(2026, 1, 1), fingerprint=b""))
    assert post.act().outcome == outcome


def test_a_contact_since_the_suggestion_makes_it_stale(post: Post, clock: Clock):
    post.propose(contact())
    clock.at += timedelta(hours=1)
    post.log.log(RM, "demo:1", GivenContact(key="k9", action="call", outcome="considering", happened_on=clock.at.date()))
    assert post.act().outcome == "overtaken"
    assert post.logged() == [("call", "considering")]


def test_a_receiver_that_does_not_answer_is_tried_again_and_again_and_then_it_is_told(post: Post, clock: Clock):
    post.propose(contact())
    post.act()
    clock.at += UNDO
    for minutes in PATIENCE_MINUTES:
        assert post.send(Receiver(LATER)) == Sent(postponed=1)
        assert post.send(Receiver()) == Sent()
        clock.at += timedelta(minutes=minutes)
    assert post.send(Receiver(LATER)) == Sent(failed=1)
    card = post.card()
    assert card.message is not None
    assert (card.message.state, card.message.error) == ("failed", "not_delivered")
    assert post.logged() == [("email", "undeliverable")]


def test_an_address_that_does_not_exist_is_told_at_once(post: Post, clock: Clock):
    post.propose(contact())
    post.act()
    clock.at += UNDO
    assert post.send(Receiver(NEVER)) == Sent(failed=1)
    assert post.send(Receiver()) == Sent()
    assert post.logged() == [("email", "undeliverable")]


def test_a_defect_of_one_receiver_holds_up_nobody(post: Post, clock: Clock):
    post.propose(contact())
    post.act()
    clock.at += UNDO
    assert post.send(Receiver(ValueError("a defect"))) == Sent(postponed=1)
    clock.at += timedelta(minutes=1)
    assert post.send(Receiver()) == Sent(sent=1)


def test_a_server_killed_after_the_approval_sends_at_its_next_start(opened: Callable[[], Stores], clock: Clock):
    before = Post(opened())
    before.propose(contact())
    before.act()
    clock.at += UNDO
    again, receiver = Post(opened()), Receiver()
    assert again.act().outcome == "queued"
    assert again.send(receiver) == Sent(sent=1)
    assert len(receiver.got) == 1


def test_a_server_killed_while_sending_tries_again_with_the_same_key(opened: Callable[[], Stores], clock: Clock):
    """It is taken and never settled: nobody else tries it for a while, then it goes out with the key that the receiver knows."""
    before = Post(opened())
    before.propose(contact())
    before.act()
    clock.at += UNDO
    (taken,) = before.outgoing.take(10)
    again, receiver = Post(opened()), Receiver()
    assert again.send(receiver) == Sent()
    clock.at += timedelta(minutes=TAKEN_MINUTES)
    assert again.send(receiver) == Sent(sent=1)
    assert receiver.got == [taken.message]


def test_another_manager_and_the_customer_decide_nothing(post: Post, clock: Clock):
    post.propose(contact())
    for who in (OTHER_RM, ANNA):
        with pytest.raises(NotFoundError):
            post.stores.proposals.decide(who, act())
    clock.at += UNDO
    assert post.send(Receiver()) == Sent()


def test_nothing_of_it_can_be_read_in_the_database(post: Post):
    post.propose(contact())
    post.act()
    with post.stores.database.reading() as connection:
        rows = [*connection.execute(select(OUTGOING_MESSAGES)).all(), *connection.execute(select(SUGGESTIONS)).all()]
    assert len(rows) == 2
    assert not any(word in str(rows) for word in ("CANARY", "40.50", "example.test", "critical_band"))


def test_a_message_to_an_erased_customer_is_given_up(post: Post, clock: Clock):
    post.propose(contact())
    post.act()
    post.stores.cipher.erase_subject("demo:1", NOW.astimezone(UTC))
    clock.at += UNDO
    receiver = Receiver()
    assert post.send(receiver) == Sent()
    assert receiver.got == []


def test_a_suggestion_is_logged_with_its_propensity_whatever_becomes_of_it(post: Post):
    post.propose(contact())
    (kept,) = post.suggestions.logged(NOW - timedelta(days=1))
    assert (kept.policy, kept.action, kept.propensity, kept.situation, kept.answer) == ("rule", "email_offer", 0.9, SITUATION, "none")
    post.act()
    assert post.answer() == "approved"


def test_a_newer_suggestion_takes_the_place_of_an_open_one(post: Post):
    post.propose(contact(1))
    post.stores.turn(RM, "r2", contact(2))
    assert [one.id for one in post.stores.proposals.proposals(RM)] == ["proposal.2"]


def test_the_view_counts_what_is_on_its_way_and_not_what_never_arrived(post: Post, clock: Clock):
    view = StoreView(post.stores.database, post.stores.cipher, RM, clock().date)
    post.propose(contact())
    assert view.contacts() == ()
    post.act()
    (only,) = view.contacts()
    assert (only.customer_id, only.kind, only.on, only.agreed) == ("demo:1", "email", NOW.date(), False)
    assert StoreView(post.stores.database, post.stores.cipher, OTHER_RM, clock().date).contacts() == ()
    assert StoreView(post.stores.database, post.stores.cipher, ANNA, clock().date).contacts() == ()
    clock.at += UNDO
    post.send(Receiver(NEVER))
    assert view.contacts() == ()
