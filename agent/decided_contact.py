"""What came of an act about a contact, as facts to speak of."""

from agent.decision import DecidedContact
from agent.finding import FindingBuilder
from agent.intervention_words import BROKEN_WORDS


def tell_contact(found: DecidedContact, made: FindingBuilder) -> None:
    """The contact, when it goes out or is to be followed up, and what is wrong with a text that may not go out."""
    contact = found.contact
    why = dict.fromkeys(BROKEN_WORDS[rule] for rule in found.broken)
    made.labels.update(channel=contact.channel, undo=found.undo_minutes is not None, follow_up=contact.follow_up_on is not None)
    made.labels.update(explained=bool(why), fault=", and ".join(why))
    if found.undo_minutes is not None:
        made.fact("undo", "time to undo it", found.undo_minutes, "minutes")
    if contact.follow_up_on is not None:
        made.fact("follow_up", "day to come back to it", contact.follow_up_on.isoformat(), "date")
