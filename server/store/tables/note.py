"""Notes, interactions and flags. Their text is sealed."""

# SQLModel declares `__tablename__` as a declared_attr and `model_config` as its own dictionary; plain values are what it documents.
# pyright: reportIncompatibleVariableOverride=false, reportAssignmentType=false

from datetime import date
from typing import ClassVar, Literal

from pydantic import ConfigDict
from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel

from server.store.tables.column import WORDS, table_of
from tools.ledger.note import Flag, Interaction, Note


class NoteRow(Note, SQLModel, table=True):
    """A note; `author` and `text` are sealed."""

    model_config = ConfigDict(frozen=False)
    __tablename__: ClassVar[str] = "note"

    id: str = Field(primary_key=True)
    customer_id: str = Field(foreign_key="customer.id", index=True)
    fingerprint: bytes = Field(sa_type=LargeBinary)


class InteractionRow(Interaction, SQLModel, table=True):
    """A contact; `purpose` and `text` are sealed."""

    model_config = ConfigDict(frozen=False)
    __tablename__: ClassVar[str] = "interaction"

    id: str = Field(primary_key=True)
    customer_id: str = Field(foreign_key="customer.id", index=True)
    channel: Literal["app", "email", "sms", "chat_app", "phone", "branch", "letter"] = Field(sa_type=WORDS)
    direction: Literal["in", "out"] = Field(sa_type=WORDS)
    fingerprint: bytes = Field(sa_type=LargeBinary)


class FlagRow(Flag, SQLModel, table=True):
    """A circumstance that changes what may be said or sold."""

    model_config = ConfigDict(frozen=False)
    __tablename__: ClassVar[str] = "flag"

    customer_id: str = Field(primary_key=True, foreign_key="customer.id")
    kind: Literal["bereavement", "vulnerable", "hardship", "scam_victim", "coercion", "gambling", "complaint_open", "power_of_attorney"] = (
        Field(primary_key=True, sa_type=WORDS)
    )
    since: date = Field(primary_key=True)
    fingerprint: bytes = Field(sa_type=LargeBinary)


NOTES = table_of(NoteRow)
INTERACTIONS = table_of(InteractionRow)
FLAGS = table_of(FlagRow)
