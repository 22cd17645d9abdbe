"""A contact that a manager may approve: a call to make, or a text to one customer with what its figures stand for."""

from datetime import date
from typing import Literal

from pydantic import Field

from agent.outgoing import Backing
from tools.ledger.customer import Consent
from tools.stress.intervention.action import Action
from tools.value import Value

Channel = Literal["call", "email", "sms", "chat_app"]
LONGEST_TEXT = 4000


class ProposedContact(Value):
    """The particulars of a proposal of kind `contact`.

    Attributes:
        to: where a text goes: an e-mail address, or the customer's key, which the bank's provider of SMS or chat app knows; None for a call.
        text: exactly what would go out, without the notices that the gate adds; for a call what it is to be about.
        follow_up_on: when the manager wants to come back to it, for a call.
        backing: what may stand in the text, also when the manager changes it.
        consent: of the customer when this was suggested; with another one it is not sent.
        suggestion: its row in the log of suggestions.
    """

    action: Action
    channel: Channel
    to: str | None = Field(default=None, max_length=320)
    subject: str | None = Field(default=None, max_length=200)
    text: str = Field(min_length=1, max_length=LONGEST_TEXT)
    follow_up_on: date | None = None
    backing: Backing
    consent: Consent
    suggestion: str
