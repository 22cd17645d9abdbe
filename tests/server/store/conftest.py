"""One contract, two engines: a SQLite file, and the PostgreSQL of `tests/postgres.py`."""

import itertools
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from server.keys import KeyRing
from server.store.cipher import Cipher, place_of
from server.store.database import Database
from server.store.engine import open_engine
from server.store.history_reader import HistoryReader
from server.store.ledger_store import LedgerStore
from server.store.migrate import migrate
from server.store.snapshot import SnapshotStore
from server.store.tables.login import LOGINS
from server.store.twins import TwinStore
from tests.server.store.bank import NOW, Summed


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty store on either engine."""
    return f"sqlite:///{tmp_path / 'bank.sqlite'}" if request.param == "sqlite" else request.getfixturevalue("postgres_url")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A migrated store on either engine."""
    sqlite = f"sqlite:///{tmp_path / 'bank.sqlite'}"
    engine = open_engine(sqlite if request.param == "sqlite" else request.getfixturevalue("migrated_postgres_url"))
    migrate(engine, tmp_path / "backups")
    yield Database(engine)
    engine.dispose()


@pytest.fixture
def keyring(tmp_path: Path) -> KeyRing:
    return KeyRing(tmp_path / "keys")


@pytest.fixture
def cipher(database: Database, keyring: KeyRing) -> Cipher:
    return Cipher(database, keyring)


@pytest.fixture
def ledger(database: Database, cipher: Cipher) -> LedgerStore:
    """A ledger whose bank has two relationship managers, `rm1` and `rm2`."""
    for login in ("rm1", "rm2"):
        name = cipher.key(f"s-{login}").seal(login.upper(), place_of("login", f"s-{login}", "name"))
        with database.writing() as connection:
            connection.execute(insert(LOGINS).values(subject=f"s-{login}", login=login, role="rm", name=name, created_at=NOW))
    snapshots = SnapshotStore(database, HistoryReader(database, cipher), TwinStore(database, cipher, lambda: NOW), Summed())
    seconds = itertools.count()
    return LedgerStore(database, cipher, snapshots.refresh, lambda: NOW + timedelta(seconds=next(seconds)))
