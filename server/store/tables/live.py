"""What has just changed about customers, numbered in the order in which it became visible. Closed labels and figures only: nothing is sealed."""

# SQLModel declares `__tablename__` as a declared_attr and `model_config` as its own dictionary; plain values are what it documents.
# pyright: reportIncompatibleVariableOverride=false, reportAssignmentType=false

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from server.store.tables.column import WORDS, table_of


class LiveEventRow(SQLModel, table=True):
    """One change of a score or a band, or one insight. `drivers`: input names with the customer's own values, strongest first."""

    __tablename__: ClassVar[str] = "live_event"
    # A number is never given twice, also not after the newest rows were removed: readers resume behind the last one they have.
    __table_args__: ClassVar[dict[str, Any]] = {"sqlite_autoincrement": True}

    id: int = Field(primary_key=True)
    source: str
    customer_id: str = Field(foreign_key="customer.id", index=True)
    kind: str
    as_of: date
    score: float | None = None
    band: str = Field(sa_type=WORDS)
    score_before: float | None = None
    band_before: str = Field(sa_type=WORDS)
    drivers: list[str] = Field(sa_type=JSON)
    driver_values: list[float | None] = Field(sa_type=JSON)
    insight: str | None = None
    created_at: datetime = Field(index=True)


LIVE_EVENTS = table_of(LiveEventRow)
