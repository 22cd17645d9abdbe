"""What was imported when, what was rejected and why, and the business date of each source."""

# SQLModel declares `__tablename__` as a declared_attr and `model_config` as its own dictionary; plain values are what it documents.
# pyright: reportIncompatibleVariableOverride=false, reportAssignmentType=false

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from server.store.tables.column import WORDS, table_of


class BusinessDateRow(SQLModel, table=True):
    """The newest booking of a source. Nothing of the source that is later is ever shown."""

    __tablename__: ClassVar[str] = "business_date"

    source: str = Field(primary_key=True)
    as_of: date


class ImportRunRow(SQLModel, table=True):
    """One import: state `running`, `finished` or `failed`; `counts` as reported."""

    __tablename__: ClassVar[str] = "import_run"

    id: str = Field(primary_key=True)
    source: str
    book_subject: str | None = None
    started_at: datetime
    finished_at: datetime | None = None
    state: str
    counts: dict[str, dict[str, int]] = Field(default_factory=dict, sa_type=JSON)


class RejectedRowRow(SQLModel, table=True):
    """One row that could not be taken; `text` (what stood there) is sealed."""

    __tablename__: ClassVar[str] = "rejected_row"

    import_id: str = Field(primary_key=True, foreign_key="import_run.id")
    number: int = Field(primary_key=True)
    file: str
    line: int | None = None
    reason: str = Field(sa_type=WORDS)
    text: str = Field(sa_type=WORDS)


BUSINESS_DATES = table_of(BusinessDateRow)
IMPORT_RUNS = table_of(ImportRunRow)
REJECTED_ROWS = table_of(RejectedRowRow)
