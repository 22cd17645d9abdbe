"""The materialised row of a client, over which typed queries run."""

# SQLModel declares `__tablename__` as a declared_attr and `model_config` as its own dictionary; plain values are what it documents.
# pyright: reportIncompatibleVariableOverride=false, reportAssignmentType=false

from typing import ClassVar

from pydantic import ConfigDict
from sqlmodel import Field, SQLModel

from server.store.tables.column import WORDS, table_of
from tools.ledger.customer import Level, RiskTolerance, Segment
from tools.ledger.query import Band, ClientSnapshot, StressReason, StressTrend


class ClientSnapshotRow(ClientSnapshot, SQLModel, table=True):
    """Exactly the fields of `ClientSnapshot`: a field added there is a column here (and a migration)."""

    model_config = ConfigDict(frozen=False)
    __tablename__: ClassVar[str] = "client_snapshot"

    customer_id: str = Field(primary_key=True, foreign_key="customer.id")
    segment: Segment = Field(sa_type=WORDS)
    stress_band: Band = Field(default="too_short", sa_type=WORDS)
    stress_trend: StressTrend = Field(default="unknown", sa_type=WORDS)
    stress_driver: StressReason | None = Field(default=None, sa_type=WORDS)
    risk_tolerance: RiskTolerance | None = Field(default=None, sa_type=WORDS)
    churn_risk: Level = Field(default="low", sa_type=WORDS)


SNAPSHOTS = table_of(ClientSnapshotRow)
