"""Transactions on the store, each opened for somebody: the bank's own services, or one principal."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Literal

from sqlalchemy import Connection, Engine, text

from agent.context import Principal
from server.store.engine import friendly, writer
from tools.value import Value

#: PostgreSQL role that owns nothing and that row-level security holds for, whoever the connection signed in as.
APP_ROLE = "personaforge_app"

Lock = Literal["import", "audit", "live"]
_LOCKS: dict[Lock, int] = {"import": 7_246_001, "audit": 7_246_002, "live": 7_246_003}


class Access(Value):
    """For whom a transaction is opened. On PostgreSQL row-level security reads it; on SQLite the queries alone scope."""

    subject: str = ""
    customer_id: str = ""
    service: bool = False


SERVICE = Access(service=True)
"""The bank's own code: importing, summarising, recording. Never used to answer a person's question."""


def access_of(principal: Principal) -> Access:
    """Access of one principal; only a customer is somebody's customer."""
    return Access(subject=principal.subject, customer_id=(principal.customer_id or "") if principal.role == "customer" else "")


class Database:
    """The store's engine with transactions that say for whom they are.

    A transaction for a principal runs as `personaforge_app` under row-level security on PostgreSQL: even a query that
    forgets its condition returns only what that principal may see.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.is_sqlite = engine.dialect.name == "sqlite"
        self._has_app_role: bool | None = None

    @contextmanager
    def reading(self, access: Access = SERVICE) -> Generator[Connection]:
        """A transaction that reads. Raises UnavailableError when the database fails."""
        with friendly(), self.engine.connect() as connection, connection.begin():
            self._become(connection, access)
            yield connection

    @contextmanager
    def writing(self, access: Access = SERVICE) -> Generator[Connection]:
        """A transaction that writes: committed at the end, rolled back on an error. Keep it short: SQLite has one writer."""
        with friendly(), self.engine.connect() as connection, writer(connection).begin():
            self._become(connection, access)
            yield connection

    def lock(self, connection: Connection, name: Lock) -> None:
        """Hold others off the same kind of work until this transaction ends. SQLite's writer lock does it anyway."""
        if not self.is_sqlite:
            connection.execute(text("select pg_advisory_xact_lock(:n)"), {"n": _LOCKS[name]})

    def _become(self, connection: Connection, access: Access) -> None:
        if self.is_sqlite:
            return
        # Local settings end with the transaction, so a pooled connection carries nothing over to the next person.
        connection.execute(
            text(
                "select set_config('app.role', :role, true), set_config('app.subject', :subject, true), set_config('app.customer', :customer, true)"
            ),
            {"role": "service" if access.service else "person", "subject": access.subject, "customer": access.customer_id},
        )
        if not access.service and self._app_role(connection):
            connection.execute(text(f"set local role {APP_ROLE}"))

    def _app_role(self, connection: Connection) -> bool:
        if self._has_app_role is None:
            found = connection.scalar(
                text("select pg_has_role(current_user, oid, 'member') from pg_roles where rolname = :role"), {"role": APP_ROLE}
            )
            self._has_app_role = bool(found)
        return self._has_app_role
