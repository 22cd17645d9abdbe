"""The versions of each customer's plan, and proposals that wait for a person's decision."""

# SQLModel declares `__tablename__` as a declared_attr and `model_config` as its own dictionary; plain values are what it documents.
# pyright: reportIncompatibleVariableOverride=false, reportAssignmentType=false

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Index, LargeBinary
from sqlmodel import Field, SQLModel

from server.store.tables.column import WORDS, table_of


class PlanVersionRow(SQLModel, table=True):
    """One version of a plan, numbered from 1 per customer; `plan` is sealed. state: current (one a customer), replaced.

    cause: approved, undone, deleted. `proposal` is the one that was approved or undone.
    """

    __tablename__: ClassVar[str] = "plan_version"

    customer_id: str = Field(primary_key=True, foreign_key="customer.id")
    version: int = Field(primary_key=True)
    state: str
    cause: str
    goals: int
    plan: str = Field(sa_type=WORDS)
    made_at: datetime
    proposal: str | None = Field(default=None, index=True)


class ProposalRow(SQLModel, table=True):
    """Something that `subject` may approve: `payload` is sealed with the customer's key, `reason` with the subject's.

    state: open, approved, declined, expired, undone. `about` is a keyed digest of what it is about: a newer proposal about the same
    takes the place of an open one. `decided_key` is the key of the act that decided it.
    """

    __tablename__: ClassVar[str] = "proposal"
    __table_args__ = (Index(None, "subject", "state"),)

    id: str = Field(primary_key=True)
    subject: str
    customer_id: str = Field(foreign_key="customer.id", index=True)
    run_id: str
    thread_id: str = Field(foreign_key="thread.id", ondelete="CASCADE", index=True)
    kind: str
    verb: str
    payload: str = Field(sa_type=WORDS)
    about: bytes = Field(sa_type=LargeBinary)
    state: str
    made_at: datetime
    expires_at: datetime
    decided_at: datetime | None = None
    decided_key: str | None = None
    reason: str = Field(default="", sa_type=WORDS)


PLAN_VERSIONS = table_of(PlanVersionRow)
PROPOSALS = table_of(ProposalRow)
