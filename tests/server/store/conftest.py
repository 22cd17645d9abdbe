"""One contract, two engines: a SQLite file, and the PostgreSQL of `tests/postgres.py`."""

import itertools
from collections.abc import Callable, Iterator
from datetime import date, timedelta
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
from tests.server.store.bank import NOW, Client, Summed, joined
from tests.server.store.planning import Clock, Stores


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


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def opened(ledger: LedgerStore, database: Database, keyring: KeyRing, tmp_path: Path, clock: Clock) -> Callable[[], Stores]:
    """Opens the stores, as a server does that was killed and started again. demo:1 and demo:2 are clients of rm1, demo:3 of rm2."""
    booked = [(date(2026, 3, 31), 100)]
    ledger.add_batch(joined(Client("1", booked=booked).batch(), Client("2", booked=booked).batch()), book_login="rm1")
    ledger.add_batch(Client("3", booked=booked).batch(), book_login="rm2")
    return lambda: Stores(database, keyring, tmp_path / "anchors.jsonl", clock)


@pytest.fixture
def stores(opened: Callable[[], Stores]) -> Stores:
    return opened()
