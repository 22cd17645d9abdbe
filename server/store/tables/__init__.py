"""Every table, as rows over the plain values of `tools`. Import this package to have the whole metadata.

A row class inherits its value class (so a field is declared once) and sets `frozen=False`, which SQLModel needs. Table classes do
not validate: the plain value is validated first, and rows are written and read as Core rows of `table_of(Row)`.
Columns said to be *sealed* hold ciphertext (see `server/store/cipher.py`).
"""

from sqlmodel import SQLModel

from server.store.tables import (
    account,
    audit,
    contact,
    conversation,
    customer,
    importing,
    insight,
    key,
    live,
    login,
    message,
    network,
    note,
    plan,
    snapshot,
    stress,
    transaction,
    twin,
)

__all__ = [
    "METADATA",
    "account",
    "audit",
    "contact",
    "conversation",
    "customer",
    "importing",
    "insight",
    "key",
    "live",
    "login",
    "message",
    "network",
    "note",
    "plan",
    "snapshot",
    "stress",
    "transaction",
    "twin",
]

METADATA = SQLModel.metadata
"""The tables of the store; Alembic compares it with the database."""
