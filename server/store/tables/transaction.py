"""Booked movements and what did not add up."""

# SQLModel declares `__tablename__` as a declared_attr and `model_config` as its own dictionary; plain values are what it documents.
# pyright: reportIncompatibleVariableOverride=false, reportAssignmentType=false

from datetime import datetime
from typing import ClassVar, Literal

from pydantic import ConfigDict
from sqlalchemy import Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from server.store.tables.column import WORDS, IsoDateTime, table_of
from tools.ledger.transaction import Operation, ReconciliationDifference, Transaction


class TransactionRow(Transaction, SQLModel, table=True):
    """A movement; `description`, `counterparty` and `counterparty_account` are sealed. `position` keeps the source's own order."""

    model_config = ConfigDict(frozen=False)
    __tablename__: ClassVar[str] = "transaction"
    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        Index(None, "account_id", "booked_on", "position"),
        Index(None, "position"),
    )

    id: str = Field(primary_key=True)
    account_id: str = Field(foreign_key="account.id")
    booked_at: datetime | None = Field(default=None, sa_type=IsoDateTime)
    operation: Operation = Field(default="other", sa_type=WORDS)
    status: Literal["booked", "failed"] = Field(default="booked", sa_type=WORDS)
    position: int
    fingerprint: bytes = Field(sa_type=LargeBinary)


class ReconciliationRow(ReconciliationDifference, SQLModel, table=True):
    """A difference between the bank's reported balance and the running sum."""

    model_config = ConfigDict(frozen=False)
    __tablename__: ClassVar[str] = "reconciliation_difference"

    transaction_id: str = Field(primary_key=True, foreign_key="transaction.id")
    account_id: str = Field(foreign_key="account.id", index=True)


TRANSACTIONS = table_of(TransactionRow)
DIFFERENCES = table_of(ReconciliationRow)
