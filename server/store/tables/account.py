"""Accounts, who has which part in them, who may see them, holdings and contracts."""

# SQLModel declares `__tablename__` as a declared_attr and `model_config` as its own dictionary; plain values are what it documents.
# pyright: reportIncompatibleVariableOverride=false, reportAssignmentType=false

from typing import ClassVar

from pydantic import ConfigDict
from sqlalchemy import LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from server.store.tables.column import WORDS, table_of
from tools.ledger.account import Account, AccountKind, Contract, Holding, HoldingKind
from tools.ledger.customer import AccountPart, Part


class AccountRow(Account, SQLModel, table=True):
    """An account; `iban` is sealed."""

    model_config = ConfigDict(frozen=False)
    __tablename__: ClassVar[str] = "account"
    __table_args__ = (UniqueConstraint("source", "external_id"),)

    id: str = Field(primary_key=True)
    customer_id: str = Field(foreign_key="customer.id", index=True)
    kind: AccountKind = Field(default="current", sa_type=WORDS)
    fingerprint: bytes = Field(sa_type=LargeBinary)


class AccountPartRow(AccountPart, SQLModel, table=True):
    """The part of a party in an account."""

    model_config = ConfigDict(frozen=False)
    __tablename__: ClassVar[str] = "account_part"

    account_id: str = Field(primary_key=True, foreign_key="account.id")
    party_id: str = Field(primary_key=True, foreign_key="party.id", index=True)
    part: Part = Field(sa_type=WORDS)
    fingerprint: bytes = Field(sa_type=LargeBinary)


class AccountAccessRow(SQLModel, table=True):
    """Which customer sees which account as theirs: the first owner and joint owners. Derived from accounts and parts."""

    __tablename__: ClassVar[str] = "account_access"

    customer_id: str = Field(primary_key=True, foreign_key="customer.id")
    account_id: str = Field(primary_key=True, foreign_key="account.id", index=True)


class HoldingRow(Holding, SQLModel, table=True):
    """A holding."""

    model_config = ConfigDict(frozen=False)
    __tablename__: ClassVar[str] = "holding"

    id: str = Field(primary_key=True)
    customer_id: str = Field(foreign_key="customer.id", index=True)
    kind: HoldingKind = Field(sa_type=WORDS)
    fingerprint: bytes = Field(sa_type=LargeBinary)


class ContractRow(Contract, SQLModel, table=True):
    """A contract."""

    model_config = ConfigDict(frozen=False)
    __tablename__: ClassVar[str] = "contract"

    id: str = Field(primary_key=True)
    customer_id: str = Field(foreign_key="customer.id", index=True)
    kind: HoldingKind = Field(sa_type=WORDS)
    fingerprint: bytes = Field(sa_type=LargeBinary)


ACCOUNTS = table_of(AccountRow)
PARTS = table_of(AccountPartRow)
ACCESS = table_of(AccountAccessRow)
HOLDINGS = table_of(HoldingRow)
CONTRACTS = table_of(ContractRow)
