"""Login accounts, invitations, sessions and attempts to sign in. Secrets are stored as hashes, names sealed."""

# SQLModel declares `__tablename__` as a declared_attr and `model_config` as its own dictionary; plain values are what it documents.
# pyright: reportIncompatibleVariableOverride=false, reportAssignmentType=false

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from server.store.tables.column import WORDS, table_of


class LoginRow(SQLModel, table=True):
    """A login account; `name` and `totp_secret` are sealed. `subject` never changes and is never used again."""

    __tablename__: ClassVar[str] = "login"

    subject: str = Field(primary_key=True)
    login: str = Field(unique=True)
    role: str
    name: str = Field(sa_type=WORDS)
    password_hash: str | None = None
    totp_secret: str | None = Field(default=None, sa_type=WORDS)
    totp_last_step: int | None = None
    customer_id: str | None = Field(default=None, unique=True)
    jurisdiction: str = "uk"
    language: str = "en"
    created_at: datetime
    disabled_at: datetime | None = None


class InvitationRow(SQLModel, table=True):
    """An invitation to register; only the hash of its code is stored."""

    __tablename__: ClassVar[str] = "invitation"

    code_hash: str = Field(primary_key=True)
    role: str
    customer_id: str | None = None
    invited_by: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None


class RefreshTokenRow(SQLModel, table=True):
    """One token of a rotating family; only its hash is stored. `number` counts the tokens of the family."""

    __tablename__: ClassVar[str] = "refresh_token"

    token_hash: str = Field(primary_key=True)
    family: str = Field(index=True)
    number: int
    subject: str = Field(foreign_key="login.subject", index=True)
    issued_at: datetime
    expires_at: datetime
    family_expires_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None


class SocketTicketRow(SQLModel, table=True):
    """A one-use pass for a socket; only its hash is stored."""

    __tablename__: ClassVar[str] = "socket_ticket"

    ticket_hash: str = Field(primary_key=True)
    subject: str = Field(foreign_key="login.subject")
    family: str
    expires_at: datetime


class AttemptRow(SQLModel, table=True):
    """One attempt to sign in, under a key that names nobody."""

    __tablename__: ClassVar[str] = "sign_in_attempt"
    __table_args__ = (Index(None, "key", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    key: str
    at: datetime


LOGINS = table_of(LoginRow)
INVITATIONS = table_of(InvitationRow)
REFRESH_TOKENS = table_of(RefreshTokenRow)
SOCKET_TICKETS = table_of(SocketTicketRow)
ATTEMPTS = table_of(AttemptRow)
