"""Messages that a person approved, and the log of what policies suggested."""

# SQLModel declares `__tablename__` as a declared_attr and `model_config` as its own dictionary; plain values are what it documents.
# pyright: reportIncompatibleVariableOverride=false, reportAssignmentType=false

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Index, LargeBinary
from sqlmodel import Field, SQLModel

from server.store.tables.column import WORDS, table_of


class OutgoingMessageRow(SQLModel, table=True):
    """A message on its way; `id` is its key at every receiver, that of its proposal. `message` is sealed with the customer's key.

    state: waiting, sent, failed, withdrawn. Nothing is handed over before `send_after`; `next_try_at` is when to try it (again), and
    `taken_until` how long the one who is trying it now may take. `error` is the code of the last failure.
    """

    __tablename__: ClassVar[str] = "outgoing_message"
    __table_args__ = (Index(None, "state", "next_try_at"),)

    id: str = Field(primary_key=True)
    customer_id: str = Field(foreign_key="customer.id", index=True)
    subject: str
    channel: str
    message: str = Field(sa_type=WORDS)
    state: str
    send_after: datetime
    next_try_at: datetime
    taken_until: datetime | None = None
    attempts: int = 0
    error: str | None = None
    made_at: datetime
    settled_at: datetime | None = None


class SuggestionRow(SQLModel, table=True):
    """What a policy suggested to `subject` about a customer, and what came of it.

    `details` (situation, propensities, reasons, guards) is sealed with the customer's key; `situation` is a keyed digest of the
    situation. answer: none, approved, edited, declined, undone.
    """

    __tablename__: ClassVar[str] = "suggestion"

    id: str = Field(primary_key=True)
    customer_id: str = Field(foreign_key="customer.id", index=True)
    subject: str
    policy: str
    action: str
    propensity: float
    situation: bytes = Field(sa_type=LargeBinary)
    details: str = Field(sa_type=WORDS)
    proposal: str | None = Field(default=None, index=True)
    answer: str
    made_at: datetime
    answered_at: datetime | None = None


OUTGOING_MESSAGES = table_of(OutgoingMessageRow)
SUGGESTIONS = table_of(SuggestionRow)
