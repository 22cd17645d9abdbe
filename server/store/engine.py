"""Opening the database: SQLite by default, PostgreSQL by URL; and what its failures mean to people."""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from tools.errors import PersonaForgeError, UnavailableError, UsageError

#: How long a writer waits for another one before it gives up.
BUSY_SECONDS = 15
_WRITE = "personaforge_write"


def open_engine(url: str) -> Engine:
    """Open `sqlite:///path` or `postgresql://user@host/name`. Nothing is connected yet.

    Raises:
        UsageError: a URL that is neither.
        UnavailableError: PostgreSQL without its driver.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise _bad_url() from error
    kind = parsed.get_backend_name()
    if kind == "sqlite" and parsed.database and parsed.database != ":memory:":
        return _open_sqlite(url)
    if kind == "postgresql":
        return _open_postgres(parsed.set(drivername="postgresql+psycopg").render_as_string(hide_password=False))
    raise _bad_url()


def writer(connection: Connection) -> Connection:
    """The same connection, whose next transaction takes the write lock at its beginning (SQLite) instead of half-way."""
    return connection.execution_options(**{_WRITE: True})


@contextmanager
def friendly() -> Generator[None]:
    """Turn failures of the database into UnavailableError with a remedy; errors of our own and broken constraints pass through."""
    try:
        yield
    except (PersonaForgeError, IntegrityError):
        raise
    except (DBAPIError, PoolTimeoutError, sqlite3.Error) as error:
        raise _explained(error) from error


def _open_sqlite(url: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, pool_size=16, max_overflow=16)

    def connected(connection: sqlite3.Connection, _record: object) -> None:
        # The driver's own transaction control begins late and without a lock; `begun` below does it instead.
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        # 16 MB of log before it is moved into the file: what the stream writes again and again is moved once.
        connection.execute("PRAGMA wal_autocheckpoint = 4000")
        # 16 MB of pages at hand: the upper pages of the indexes of a million customers.
        connection.execute("PRAGMA cache_size = -16000")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")

    def begun(connection: Connection) -> None:
        # A reader that turns into a writer half-way fails at once when another wrote meanwhile, without waiting.
        immediate = connection.get_execution_options().get(_WRITE)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begun)
    return engine


def _open_postgres(url: str) -> Engine:
    try:
        return create_engine(url, pool_pre_ping=True, pool_size=16, max_overflow=16)
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise UnavailableError(
            "PostgreSQL needs its driver, which is not installed. Install the extra `personaforge[postgres]`.", code="store_driver"
        ) from error


def _bad_url() -> UsageError:
    # The URL itself is not repeated: it may hold a password.
    return UsageError("The database URL is not one. Give sqlite:///path/to/file or postgresql://user@host/name.", code="bad_store_url")


#: What the drivers say (lower case), the stable code, and what a person reads.
_FAILURES: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (
        ("database is locked", "database table is locked", "lock timeout", "deadlock"),
        "store_locked",
        f"Another program has kept the bank's database locked for {BUSY_SECONDS} seconds. Let it finish or stop it, then try again.",
    ),
    (
        ("disk is full", "disk full", "no space left", "disk i/o error"),
        "store_full",
        "The disk with the bank's database is full, so nothing more was written. Free some space, then try again.",
    ),
    (
        ("readonly database", "unable to open", "permission denied"),
        "store_not_writable",
        "The bank's database cannot be opened for writing. Check the permissions of PERSONAFORGE_HOME and of the database file.",
    ),
    (
        ("malformed", "not a database"),
        "store_damaged",
        "The bank's database is damaged. Restore it from the newest file in PERSONAFORGE_HOME/backups.",
    ),
    (
        ("no such table", "undefinedtable", "no such column", "undefinedcolumn"),
        "store_not_migrated",
        "The bank's database has not been set up for this version. Start the server or run `personaforge seed` once.",
    ),
    (
        ("connection", "connect", "server closed", "pool", "terminating"),
        "store_unreachable",
        "The bank's database does not answer. Check that it runs and that PERSONAFORGE_DATABASE_URL is right, then try again.",
    ),
)


def _explained(error: Exception) -> Exception:
    cause: Any = getattr(error, "orig", None) or error
    said = f"{type(cause).__name__} {cause}".lower()
    for signs, code, message in _FAILURES:
        if any(sign in said for sign in signs):
            return UnavailableError(message, code=code)
    return error
