"""Opening and migrating: on both engines, by several at once, with a backup, and with failures a person can act on."""

import sqlite3
import subprocess
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import insert, select, text

from server.store import engine as engine_module
from server.store.database import Access, Database
from server.store.engine import open_engine
from server.store.migrate import is_current, migrate
from server.store.tables import METADATA
from server.store.tables.conversation import THREADS
from server.store.tables.importing import BUSINESS_DATES
from tests.server.store.bank import NOW
from tools.errors import UnavailableError, UsageError


def test_the_migrations_make_exactly_the_tables_of_the_rows(database: Database):
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), METADATA) == []


def test_programs_that_start_together_migrate_once(store_url: str, tmp_path: Path):
    engines = [open_engine(store_url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda engine: migrate(engine, tmp_path / "backups"), engines))
    assert is_current(engines[0])
    for engine in engines:
        engine.dispose()


def test_an_older_bank_is_backed_up_before_it_is_migrated(tmp_path: Path):
    path, backups = tmp_path / "bank.sqlite", tmp_path / "backups"
    engine = open_engine(f"sqlite:///{path}")
    assert migrate(engine, backups, to="0003") is None
    assert not is_current(engine)
    with engine.begin() as connection:
        connection.execute(insert(BUSINESS_DATES).values(source="kept", as_of=NOW.date()))

    backup = migrate(engine, backups)

    assert backup is not None
    assert backup.stat().st_mode & 0o777 == 0o600
    copy = sqlite3.connect(backup)
    assert copy.execute("select source from business_date").fetchall() == [("kept",)]
    assert copy.execute("select version_num from alembic_version").fetchall() == [("0003",)]
    copy.close()
    assert is_current(engine)
    engine.dispose()


def test_a_newer_schema_is_refused_and_left_alone(store_url: str, tmp_path: Path):
    engine = open_engine(store_url)
    migrate(engine, tmp_path)
    with engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    with pytest.raises(UnavailableError, match=r"newer version of PersonaForge \(schema 9999") as caught:
        migrate(engine, tmp_path)
    assert caught.value.code == "newer_schema"
    engine.dispose()


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://root:secret@host/bank", "sqlite://", "sqlite:///:memory:"])
def test_a_url_that_is_none_is_said_without_repeating_it(url: str):
    with pytest.raises(UsageError) as caught:
        open_engine(url)
    assert caught.value.code == "bad_store_url"
    assert "secret" not in str(caught.value)


def test_sqlite_is_opened_for_several_programs(tmp_path: Path):
    engine = open_engine(f"sqlite:///{tmp_path / 'bank.sqlite'}")
    with engine.connect() as connection:
        settings = {
            name: connection.exec_driver_sql(f"pragma {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 1, "foreign_keys": 1, "busy_timeout": 15_000}
    engine.dispose()


WRITER = """
import sys
import uuid
from sqlalchemy import insert, text
from server.store.database import Access, Database
from server.store.engine import open_engine
database = Database(open_engine(sys.argv[1]))
for _ in range(60):
    with database.writing() as connection:
        value = connection.scalar(text("select as_of from business_date where source = 'n'"))
        connection.execute(text("update business_date set as_of = date(as_of, '+1 day') where source = 'n'"))
"""


def test_two_programs_write_at_once_without_losing_anything(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'bank.sqlite'}"
    engine = open_engine(url)
    migrate(engine, tmp_path)
    database = Database(engine)
    with database.writing() as connection:
        connection.execute(insert(BUSINESS_DATES).values(source="n", as_of=NOW.date()))
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, url], cwd=Path(__file__).parents[3]) for _ in range(2)]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    with database.reading() as connection:
        assert (connection.scalar(select(BUSINESS_DATES.c.as_of)) - NOW.date()).days == 120
    engine.dispose()


def test_a_locked_bank_is_said_and_nothing_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(engine_module, "BUSY_SECONDS", 0.05)
    path = tmp_path / "bank.sqlite"
    engine = open_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        connection.exec_driver_sql("pragma busy_timeout = 50")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("begin immediate")
    with pytest.raises(UnavailableError, match="locked for 15 seconds") as caught, Database(engine).writing():
        pass
    assert caught.value.code == "store_locked"
    other.close()
    engine.dispose()


def test_a_full_disk_is_said_and_the_transaction_is_undone(tmp_path: Path):
    engine = open_engine(f"sqlite:///{tmp_path / 'bank.sqlite'}")
    migrate(engine, tmp_path)
    database = Database(engine)
    with database.writing() as connection:
        pages = connection.exec_driver_sql("pragma page_count").scalar()
    rows = [{"source": f"{at:06}" * 40, "as_of": NOW.date()} for at in range(2000)]

    def overfill() -> None:
        with database.writing() as connection:
            connection.exec_driver_sql(f"pragma max_page_count = {pages}")
            connection.execute(insert(BUSINESS_DATES), rows)

    with pytest.raises(UnavailableError) as caught:
        overfill()
    assert caught.value.code == "store_full"
    with database.reading() as connection:
        assert connection.execute(select(BUSINESS_DATES)).all() == []
    engine.dispose()


def test_a_damaged_file_an_unwritable_folder_and_an_absent_server_are_said(tmp_path: Path):
    (tmp_path / "bad.sqlite").write_bytes(b"this is no database at all" * 100)
    urls = {
        f"sqlite:///{tmp_path / 'bad.sqlite'}": "store_damaged",
        f"sqlite:///{tmp_path / 'absent' / 'bank.sqlite'}": "store_not_writable",
        f"postgresql://nobody@/bank?host={tmp_path}": "store_unreachable",
    }
    for url, code in urls.items():
        engine = open_engine(url)
        with pytest.raises(UnavailableError) as caught, Database(engine).reading():
            pass
        assert caught.value.code == code
        engine.dispose()


def test_a_bank_that_was_never_set_up_is_said(store_url: str):
    engine = open_engine(store_url)
    with pytest.raises(UnavailableError) as caught, Database(engine).reading() as connection:
        connection.execute(select(BUSINESS_DATES))
    assert caught.value.code == "store_not_migrated"
    engine.dispose()


def test_a_failed_transaction_leaves_nothing_behind(database: Database):
    def fail() -> None:
        with database.writing() as connection:
            connection.execute(insert(BUSINESS_DATES).values(source="x", as_of=NOW.date()))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with database.reading() as connection:
        assert connection.execute(select(BUSINESS_DATES)).all() == []


def test_importing_the_engine_loads_no_driver_of_postgresql():
    code = "import sys, server.store.engine; assert 'psycopg' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[3], check=False).returncode == 0


def test_the_engine_for_postgresql_uses_its_own_driver():
    assert open_engine("postgresql://a@/b").dialect.driver == "psycopg"


def test_an_account_that_may_not_make_roles_is_still_held_to_its_rows(postgres_server: str, tmp_path: Path):
    name = f"plain_{uuid.uuid4().hex[:8]}"
    admin = open_engine(postgres_server).execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"create role {name} login"))
        connection.execute(text(f"create database {name} owner {name}"))
    engine = open_engine(postgres_server.replace("bank@/postgres", f"{name}@/{name}"))
    migrate(engine, tmp_path)
    database = Database(engine)
    with database.writing() as connection:
        connection.execute(insert(THREADS).values(id="t", subject="s-anna", title="", created_at=NOW, updated_at=NOW))
    for subject, seen in (("s-anna", 1), ("s-tom", 0), ("", 0)):
        with database.reading(Access(subject=subject)) as connection:
            assert len(connection.execute(select(THREADS)).all()) == seen
    engine.dispose()
    with admin.connect() as connection:
        connection.execute(text(f"drop database {name} with (force)"))
    admin.dispose()
