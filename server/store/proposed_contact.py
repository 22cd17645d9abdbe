"""Proposals to contact a client: a call that is noted, or a text that goes out when the time to undo it has passed."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal, get_args

from sqlalchemy import delete, insert, or_, select

from agent.contact import Channel, ProposedContact
from agent.decision import DecidedContact, DecisionOutcome
from agent.outgoing import Outgoing, checked_text
from agent.record import ProposedChange
from server.messages.message import Channel as SentChannel
from server.messages.message import Message
from server.store.cipher import place_of
from server.store.outgoing import MessageStanding, insert_message, message_standings, withdraw_message
from server.store.plans import UNDO_MINUTES
from server.store.proposal_kind import Case, Standing, StoredProposal, place
from server.store.suggestions import answer_suggestion
from server.store.tables.contact import CONTACTS
from server.store.tables.customer import PROFILES
from server.store.tables.note import FLAGS
from tools.stress.intervention.situation import IN_CARE, VULNERABLE
from tools.stress.intervention.situation import ContactKind as LoggedAs

_LOGGED_AS: dict[Channel, LoggedAs] = {"call": "call", "email": "email", "sms": "message", "chat_app": "message"}
_SENT: tuple[SentChannel, ...] = get_args(SentChannel)
_UNDO = timedelta(minutes=UNDO_MINUTES)


class StoredContact(StoredProposal):
    """A proposed contact as it stands; `message` is None for a call, and before a text is approved."""

    kind: Literal["contact"] = "contact"
    contact: ProposedContact
    message: MessageStanding | None


class ContactKind:
    """Contacts: approved, a text is put on its way and a call into the log; both can be undone for a while, a text until it goes out."""

    def kept(self, change: ProposedChange) -> str:
        """The contact as JSON."""
        return ProposedContact.model_validate(change.payload).model_dump_json()

    def about(self, change: ProposedChange) -> str:
        """The customer alone: there is one next step at a time."""
        return change.customer_id

    def approve(self, case: Case) -> DecisionOutcome:
        """Check the text as it is now, and put it on its way; nothing happens where it does not pass."""
        contact = _proposed(case)
        checked = _checked(case, contact)
        if checked.broken:
            return "bad_text"
        if _is_overtaken(case, contact):
            return "overtaken"
        approved = contact.model_copy(update={"text": checked.text})
        _log(case, approved)
        if contact.channel in _SENT:
            _send(case, approved, checked, contact.channel)
        case.decide(payload=case.key.seal(approved.model_dump_json(), place(case.row["id"], "payload")))
        answer_suggestion(case.connection, contact.suggestion, "approved" if checked.text == contact.text else "edited", case.now)
        return self.approved(case)

    def approved(self, case: Case) -> DecisionOutcome:
        """It is on its way, or in the log."""
        return "queued" if _proposed(case).channel in _SENT else "noted"

    def declined(self, case: Case) -> None:
        """Log the answer to the suggestion."""
        answer_suggestion(case.connection, _proposed(case).suggestion, "declined", case.now)

    def undo(self, case: Case) -> DecisionOutcome:
        """Take the text back before it goes out, or the call out of the log."""
        contact = _proposed(case)
        in_time = case.now < case.row["decided_at"] + _UNDO
        if contact.channel in _SENT:
            in_time = withdraw_message(case.connection, case.row["id"], case.now)
        if not in_time:
            return "too_late"
        case.connection.execute(delete(CONTACTS).where(CONTACTS.c.id == case.row["id"], CONTACTS.c.outcome == "planned"))
        case.decide()
        answer_suggestion(case.connection, contact.suggestion, "undone", case.now)
        return "undone"

    def decided(self, case: Case, outcome: DecisionOutcome) -> DecidedContact:
        """The contact as it stands, and what is wrong with a text that did not pass."""
        contact = _proposed(case)
        done = outcome in {"queued", "noted"}
        begun = case.row["decided_at"] or case.now
        undoable = done and case.now < begun + _UNDO
        return DecidedContact(
            outcome=outcome,
            customer_id=case.customer_id,
            contact=contact,
            broken=_checked(case, contact).broken if outcome == "bad_text" else (),
            undo_minutes=UNDO_MINUTES if undoable else None,
            undo_until=begun + _UNDO if undoable else None,
        )

    def stored(self, standing: Standing, told: Mapping[str, Any]) -> StoredContact:
        """The contact, how far its text is, and until when it can be taken back."""
        until = standing.row["decided_at"] + _UNDO if standing.state == "approved" else None
        message = message_standings(standing.connection, (standing.row["id"],)).get(standing.row["id"])
        undoable = until is not None and standing.now < until and (message is None or message.state == "waiting")
        return StoredContact(**told, contact=_proposed(standing), message=message, undo_until=until if undoable else None)


def _proposed(standing: Standing) -> ProposedContact:
    return ProposedContact.model_validate_json(standing.payload)


def _checked(case: Case, contact: ProposedContact) -> Outgoing:
    """The text, as the person changed it or as it was proposed, by the rules of today."""
    return checked_text(case.decision.text or contact.text, contact.backing, case.products(), case.now.date())


def _is_overtaken(case: Case, contact: ProposedContact) -> bool:
    """Whether a guard stands in the way that did not when this was suggested: another consent, care by a person, a contact since then."""
    consent = case.connection.scalar(select(PROFILES.c.consent_personalization).where(PROFILES.c.customer_id == case.customer_id))
    guarded = IN_CARE if contact.channel == "call" else IN_CARE | VULNERABLE
    is_open = or_(FLAGS.c.until.is_(None), FLAGS.c.until >= case.now.date())
    flags = select(FLAGS.c.kind).where(FLAGS.c.customer_id == case.customer_id, FLAGS.c.kind.in_(guarded), is_open)
    since = select(CONTACTS.c.id).where(CONTACTS.c.customer_id == case.customer_id, CONTACTS.c.made_at > case.row["made_at"])
    return consent != contact.consent or any(case.connection.execute(one.limit(1)).first() is not None for one in (flags, since))


def _log(case: Case, contact: ProposedContact) -> None:
    """A contact that is planned, as everybody who has the client in their book sees it."""
    key = case.row["id"]
    case.connection.execute(
        insert(CONTACTS).values(
            id=key,
            customer_id=case.customer_id,
            subject=case.row["subject"],
            action=_LOGGED_AS[contact.channel],
            outcome="planned",
            note=case.key.seal(contact.text, place_of(CONTACTS.name, key, "note")),
            happened_on=case.now.date(),
            follow_up_on=contact.follow_up_on,
            made_at=case.now,
        )
    )


def _send(case: Case, contact: ProposedContact, checked: Outgoing, channel: SentChannel) -> None:
    message = Message(
        key=case.row["id"],
        channel=channel,
        to=contact.to or "",
        subject=contact.subject,
        body=checked.body,
        language=contact.backing.language,
    )
    insert_message(case.connection, message, case.customer_id, case.row["subject"], case.key, case.now, case.now + _UNDO)
