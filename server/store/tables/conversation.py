"""Threads, turns, the events of runs, tickets and feedback. Every word in them is sealed with the owner's key."""

# SQLModel declares `__tablename__` as a declared_attr and `model_config` as its own dictionary; plain values are what it documents.
# pyright: reportIncompatibleVariableOverride=false, reportAssignmentType=false

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from server.store.tables.column import WORDS, table_of


class ThreadRow(SQLModel, table=True):
    """A conversation of one subject; `title` is sealed."""

    __tablename__: ClassVar[str] = "thread"
    __table_args__ = (Index(None, "subject", "updated_at"),)

    id: str = Field(primary_key=True)
    subject: str
    title: str = Field(sa_type=WORDS)
    created_at: datetime
    updated_at: datetime


class TurnRow(SQLModel, table=True):
    """One run: `text`, `decision` (of a run that is no message) and `reply` are sealed. state: running, committed, finished, cancelled, failed."""

    __tablename__: ClassVar[str] = "turn"
    __table_args__ = (UniqueConstraint("thread_id", "number"),)

    run_id: str = Field(primary_key=True)
    thread_id: str = Field(foreign_key="thread.id", ondelete="CASCADE")
    subject: str = Field(index=True)
    number: int
    state: str = Field(index=True)
    text: str = Field(sa_type=WORDS)
    decision: str | None = Field(default=None, sa_type=WORDS)
    reply: str | None = Field(default=None, sa_type=WORDS)
    audit_id: str | None = None
    started_at: datetime
    finished_at: datetime | None = None


class RunEventRow(SQLModel, table=True):
    """One event of a run, numbered from 1; `event` is sealed JSON."""

    __tablename__: ClassVar[str] = "run_event"

    run_id: str = Field(primary_key=True, foreign_key="turn.run_id", ondelete="CASCADE")
    seq: int = Field(primary_key=True)
    event: str = Field(sa_type=WORDS)


class TicketRow(SQLModel, table=True):
    """A note taken in a turn; `reason` and `text` are sealed. Undone ones stay, marked."""

    __tablename__: ClassVar[str] = "ticket"

    id: str = Field(primary_key=True)
    reference: str = Field(index=True)
    subject: str = Field(index=True)
    run_id: str
    kind: str
    reason: str = Field(sa_type=WORDS)
    text: str = Field(sa_type=WORDS)
    respond_by: datetime
    created_at: datetime
    undone_at: datetime | None = None


class FeedbackRow(SQLModel, table=True):
    """A person's judgement of one reply; `comment` is sealed."""

    __tablename__: ClassVar[str] = "feedback"

    run_id: str = Field(primary_key=True, foreign_key="turn.run_id", ondelete="CASCADE")
    subject: str = Field(primary_key=True)
    value: str
    comment: str = Field(default="", sa_type=WORDS)
    at: datetime


THREADS = table_of(ThreadRow)
TURNS = table_of(TurnRow)
RUN_EVENTS = table_of(RunEventRow)
TICKETS = table_of(TicketRow)
FEEDBACK = table_of(FeedbackRow)
