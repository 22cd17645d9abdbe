"""What the stream keeps of each customer: activity, scores by day, and the events that could not be taken."""

# SQLModel declares `__tablename__` as a declared_attr and `model_config` as its own dictionary; plain values are what it documents.
# pyright: reportIncompatibleVariableOverride=false, reportAssignmentType=false

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Index, LargeBinary
from sqlmodel import Field, SQLModel

from server.store.tables.column import WORDS, table_of


class StressStateRow(SQLModel, table=True):
    """The activity of one customer (`tools.stress.activity`), updated by every booking.

    `bookings` counts those that the stream has added since the customer was last summarised from the whole history. `scored_on` is the
    business date of the newest score.
    """

    __tablename__: ClassVar[str] = "stress_state"
    __table_args__ = (Index(None, "source", "scored_on"),)

    customer_id: str = Field(primary_key=True, foreign_key="customer.id")
    source: str
    currency: str
    state: bytes = Field(sa_type=LargeBinary)
    bookings: int
    scored_on: date | None = None


class StressScoreRow(SQLModel, table=True):
    """The score of one customer as of one business date. `drivers` are names of inputs, strongest first, separated by spaces, `driver_values` the customer's own."""

    __tablename__: ClassVar[str] = "stress_score"
    __table_args__: ClassVar[dict[str, Any]] = {"sqlite_with_rowid": False}

    customer_id: str = Field(primary_key=True, foreign_key="customer.id")
    as_of: date = Field(primary_key=True)
    score: float | None = None
    band: str
    probability: float | None = None
    drivers: str = Field(sa_type=WORDS)
    driver_values: list[float | None] = Field(sa_type=JSON)
    model: str


class SetAsideRow(SQLModel, table=True):
    """An event that was not taken, once however often it was delivered. `text` is the event, sealed with the key of `subject`."""

    __tablename__: ClassVar[str] = "set_aside"

    id: int | None = Field(default=None, primary_key=True)
    fingerprint: bytes = Field(sa_type=LargeBinary, unique=True)
    source: str
    event_id: str
    code: str = Field(index=True)
    reason: str = Field(sa_type=WORDS)
    subject: str
    text: str = Field(sa_type=WORDS)
    at: datetime


class StreamPositionRow(SQLModel, table=True):
    """How far a reader has come in one partition of a stream. `mark` recognises the partition's beginning."""

    __tablename__: ClassVar[str] = "stream_position"

    stream: str = Field(primary_key=True)
    partition: str = Field(primary_key=True)
    position: int
    mark: str


STRESS_STATES = table_of(StressStateRow)
STRESS_SCORES = table_of(StressScoreRow)
SET_ASIDE = table_of(SetAsideRow)
STREAM_POSITIONS = table_of(StreamPositionRow)
