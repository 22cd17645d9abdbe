"""The stored versions of each customer's twin, what was learnt from the past of a whole source, and what that says of each customer."""

# SQLModel declares `__tablename__` as a declared_attr and `model_config` as its own dictionary; plain values are what it documents.
# pyright: reportIncompatibleVariableOverride=false, reportAssignmentType=false

from datetime import date, datetime
from typing import ClassVar

from sqlmodel import Field, SQLModel

from server.store.tables.column import WORDS, table_of


class TwinVersionRow(SQLModel, table=True):
    """One version of a twin, numbered from 1 per customer; `twin` is sealed. `fingerprint` tells whether another one says the same."""

    __tablename__: ClassVar[str] = "twin_version"

    customer_id: str = Field(primary_key=True, foreign_key="customer.id")
    version: int = Field(primary_key=True)
    as_of: date
    made_at: datetime
    cause: str
    model: str
    fingerprint: bytes
    twin: str = Field(sa_type=WORDS)


class PriorsRow(SQLModel, table=True):
    """What was learnt from all accounts of one source up to a day: figures of a crowd, nobody's in particular."""

    __tablename__: ClassVar[str] = "priors"

    source: str = Field(primary_key=True)
    until: date
    made_at: datetime
    priors: str = Field(sa_type=WORDS)


class OutlookRow(SQLModel, table=True):
    """Where the balance of one customer will be, from the same history as the newest twin; `outlook` is sealed."""

    __tablename__: ClassVar[str] = "outlook"

    customer_id: str = Field(primary_key=True, foreign_key="customer.id")
    as_of: date
    outlook: str = Field(sa_type=WORDS)


TWIN_VERSIONS = table_of(TwinVersionRow)
PRIORS = table_of(PriorsRow)
OUTLOOKS = table_of(OutlookRow)
