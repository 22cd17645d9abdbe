"""The audit chain: one row per action, each linked to the one before."""

# SQLModel declares `__tablename__` as a declared_attr and `model_config` as its own dictionary; plain values are what it documents.
# pyright: reportIncompatibleVariableOverride=false, reportAssignmentType=false

from typing import ClassVar

from sqlmodel import Field, SQLModel

from server.store.tables.column import WORDS, table_of


class AuditRow(SQLModel, table=True):
    """One link; see `server/store/audit.py`. `at` is ISO text because its bytes are hashed; `payload` is sealed."""

    __tablename__: ClassVar[str] = "audit_record"

    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    id: str = Field(unique=True)
    at: str
    action: str = Field(index=True)
    subject: str = Field(index=True)
    run_id: str | None = Field(default=None, unique=True)
    payload: str = Field(sa_type=WORDS)
    link: str
    mac: str
    key_id: str


AUDIT_RECORDS = table_of(AuditRow)
