"""A real PostgreSQL for tests, started from `initdb` and `pg_ctl`, and fresh databases in it."""

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, NullPool, create_engine, text

from server.store.engine import open_engine
from server.store.migrate import migrate


def _unprivileged() -> str | None:
    """Somebody PostgreSQL can run as: it refuses root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    return "daemon"


def _run(user: str | None, folder: Path, *command: str) -> None:
    done = subprocess.run(command, user=user, cwd=folder, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"})
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL of our own on a socket in a temporary folder. Gives the URL of its `postgres` database, as superuser."""
    user = _unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="pf-pg-"))
    initdb = shutil.which("initdb")
    assert initdb is not None, "the contract suite needs PostgreSQL's initdb and pg_ctl on the PATH"
    pg_ctl = str(Path(initdb).parent / "pg_ctl")
    if user is not None:
        shutil.chown(folder, user)
    _run(user, folder, initdb, "-D", str(folder / "data"), "-U", "bank", "-A", "trust", "--no-sync", "-E", "UTF8")
    options = f"-k {folder} -c listen_addresses='' -c fsync=off -c max_connections=40"
    _run(user, folder, pg_ctl, "-D", str(folder / "data"), "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield f"postgresql://bank@/postgres?host={folder}"
    finally:
        _run(user, folder, pg_ctl, "-D", str(folder / "data"), "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    """Name of a migrated database, and of its owner: an account that is no superuser but may make roles. Copied for each test."""
    name = f"bank_{uuid.uuid4().hex[:12]}"
    with _admin(postgres_server) as connection:
        connection.execute(text(f"create role {name} login createrole"))
        connection.execute(text(f"create database {name} owner {name}"))
    engine = open_engine(_url(postgres_server, name, name))
    migrate(engine, Path())
    engine.dispose()
    return name


@pytest.fixture
def postgres_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """URL of a fresh, empty PostgreSQL database."""
    yield from _fresh(postgres_server, postgres_template, "template0")


@pytest.fixture
def migrated_postgres_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """URL of a fresh PostgreSQL database with the store's tables."""
    yield from _fresh(postgres_server, postgres_template, postgres_template)


def _fresh(server: str, owner: str, template: str) -> Iterator[str]:
    name = f"bank_{uuid.uuid4().hex[:12]}"
    with _admin(server) as connection:
        connection.execute(text(f"create database {name} owner {owner} template {template}"))
    yield _url(server, owner, name)
    with _admin(server) as connection:
        connection.execute(text(f"drop database {name} with (force)"))


@contextmanager
def _admin(server: str) -> Iterator[Connection]:
    engine = create_engine(server.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def _url(server: str, user: str, name: str) -> str:
    return server.replace("bank@/postgres", f"{user}@/{name}")
