"""What came of a manager's contact with a client, and when to come back to it."""

# SQLModel declares `__tablename__` as a declared_attr and `model_config` as its own dictionary; plain values are what it documents.
# pyright: reportIncompatibleVariableOverride=false, reportAssignmentType=false

from datetime import date, datetime
from typing import ClassVar

from sqlmodel import Field, SQLModel

from server.store.tables.column import WORDS, table_of


class ContactRow(SQLModel, table=True):
    """One contact by `subject` (a manager's login account); `note` is sealed with the customer's key. `id` is the key of the act."""

    __tablename__: ClassVar[str] = "stress_contact"

    id: str = Field(primary_key=True)
    customer_id: str = Field(foreign_key="customer.id", index=True)
    subject: str
    action: str
    outcome: str
    note: str = Field(sa_type=WORDS)
    happened_on: date
    follow_up_on: date | None = None
    made_at: datetime


CONTACTS = table_of(ContactRow)
