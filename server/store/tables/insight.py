"""What each person wants to be told unasked, and what they have dismissed. Keys of insights and closed labels only: nothing is sealed."""

# SQLModel declares `__tablename__` as a declared_attr and `model_config` as its own dictionary; plain values are what it documents.
# pyright: reportIncompatibleVariableOverride=false, reportAssignmentType=false

from datetime import datetime
from typing import ClassVar

from sqlmodel import Field, SQLModel

from server.store.tables.column import WORDS, table_of


class InsightDismissalRow(SQLModel, table=True):
    """One insight that one person does not want to see again."""

    __tablename__: ClassVar[str] = "insight_dismissal"

    subject: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    at: datetime


class InsightSettingsRow(SQLModel, table=True):
    """Which kinds one person has switched off (`off`, separated by spaces), and between which hours nothing is told."""

    __tablename__: ClassVar[str] = "insight_settings"

    subject: str = Field(primary_key=True)
    off: str = Field(sa_type=WORDS)
    quiet_from: int | None = None
    quiet_to: int | None = None
    zone: str


DISMISSALS = table_of(InsightDismissalRow)
INSIGHT_SETTINGS = table_of(InsightSettingsRow)
