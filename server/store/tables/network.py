"""The stress around customers, where the bank has a legal basis to look at it."""

# SQLModel declares `__tablename__` as a declared_attr and `model_config` as its own dictionary; plain values are what it documents.
# pyright: reportIncompatibleVariableOverride=false, reportAssignmentType=false

from datetime import date
from typing import ClassVar

from sqlmodel import Field, SQLModel

from server.store.tables.column import table_of


class NeighbourStressRow(SQLModel, table=True):
    """Weighted mean of the scores of a customer's neighbours, at least three of them. Read by scoring alone, never shown."""

    __tablename__: ClassVar[str] = "neighbour_stress"

    customer_id: str = Field(primary_key=True, foreign_key="customer.id")
    source: str = Field(index=True)
    as_of: date
    stress: float


NEIGHBOUR_STRESS = table_of(NeighbourStressRow)
