"""The wrapped data keys of subjects."""

# SQLModel declares `__tablename__` as a declared_attr and `model_config` as its own dictionary; plain values are what it documents.
# pyright: reportIncompatibleVariableOverride=false, reportAssignmentType=false

from datetime import datetime
from typing import ClassVar

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel

from server.store.tables.column import table_of


class DataKeyRow(SQLModel, table=True):
    """The data key of one subject, wrapped by the key-encryption key `key_id`; None once the subject is erased."""

    __tablename__: ClassVar[str] = "data_key"

    subject: str = Field(primary_key=True)
    key_id: str
    wrapped: bytes | None = Field(default=None, sa_type=LargeBinary)
    erased_at: datetime | None = None


DATA_KEYS = table_of(DataKeyRow)
