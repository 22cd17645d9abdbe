"""Customers, the parties named on accounts, profiles, protected attributes, and whose book a customer is in."""

# SQLModel declares `__tablename__` as a declared_attr and `model_config` as its own dictionary; plain values are what it documents.
# pyright: reportIncompatibleVariableOverride=false, reportAssignmentType=false

from typing import ClassVar, Literal

from pydantic import ConfigDict
from sqlalchemy import JSON, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from server.store.tables.column import WORDS, table_of
from tools.ledger.customer import Consent, Customer, Level, Party, Profile, RiskTolerance, Segment


class CustomerRow(Customer, SQLModel, table=True):
    """A customer; `name` is sealed."""

    model_config = ConfigDict(frozen=False)
    __tablename__: ClassVar[str] = "customer"
    __table_args__ = (UniqueConstraint("source", "external_id"),)

    id: str = Field(primary_key=True)
    name: str = Field(sa_type=WORDS)
    kind: Literal["person", "business"] = Field(default="person", sa_type=WORDS)
    segment: Segment = Field(default="retail", sa_type=WORDS)
    fingerprint: bytes = Field(sa_type=LargeBinary)


class PartyRow(Party, SQLModel, table=True):
    """A party; `name` is sealed."""

    model_config = ConfigDict(frozen=False)
    __tablename__: ClassVar[str] = "party"

    id: str = Field(primary_key=True)
    name: str = Field(sa_type=WORDS)
    kind: Literal["person", "business"] = Field(default="person", sa_type=WORDS)
    customer_id: str | None = Field(default=None, index=True)
    fingerprint: bytes = Field(sa_type=LargeBinary)


class ProfileRow(Profile, SQLModel, table=True):
    """A profile; `email` is sealed."""

    model_config = ConfigDict(frozen=False)
    __tablename__: ClassVar[str] = "profile"

    customer_id: str = Field(primary_key=True, foreign_key="customer.id")
    other_banks: tuple[str, ...] = Field(default=(), sa_type=JSON)
    e_wallets: tuple[str, ...] = Field(default=(), sa_type=JSON)
    preferred_channel: Literal["app", "email", "sms", "chat_app", "phone", "branch"] = Field(default="app", sa_type=WORDS)
    language_style: Literal["friendly", "professional", "casual", "formal", "empathetic", "concise", "detailed"] = Field(
        default="friendly", sa_type=WORDS
    )
    goals: tuple[str, ...] = Field(default=(), sa_type=JSON)
    anti_goals: tuple[str, ...] = Field(default=(), sa_type=JSON)
    risk_tolerance: RiskTolerance | None = Field(default=None, sa_type=WORDS)
    consent_personalization: Consent = Field(default="yes", sa_type=WORDS)
    accessibility_needs: tuple[str, ...] = Field(default=(), sa_type=JSON)
    churn_risk: Level = Field(default="low", sa_type=WORDS)
    fingerprint: bytes = Field(sa_type=LargeBinary)


class ProtectedRow(SQLModel, table=True):
    """Protected attributes, sealed as one JSON text: no column of it can be filtered, sorted or joined on."""

    __tablename__: ClassVar[str] = "protected_attributes"

    customer_id: str = Field(primary_key=True, foreign_key="customer.id")
    sealed: str = Field(sa_type=WORDS)
    fingerprint: bytes = Field(sa_type=LargeBinary)


class BookRow(SQLModel, table=True):
    """A customer in the book of a relationship manager (the subject of a login account)."""

    __tablename__: ClassVar[str] = "book"

    subject: str = Field(primary_key=True)
    customer_id: str = Field(primary_key=True, foreign_key="customer.id", index=True)


CUSTOMERS = table_of(CustomerRow)
PARTIES = table_of(PartyRow)
PROFILES = table_of(ProfileRow)
PROTECTED = table_of(ProtectedRow)
BOOK = table_of(BookRow)
