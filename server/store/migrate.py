"""Bringing a database to this version's schema: with a backup first, once however many programs start together."""

import sqlite3
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from server.store.engine import friendly, writer
from tools.errors import UnavailableError

_MIGRATION_LOCK = 7_246_000


def migrate(engine: Engine, backup_folder: Path, to: str = "head") -> Path | None:
    """Bring the schema up to date, or to the revision `to`: a bank as an earlier version left it.

    SQLite is copied first (online backup) when there is something to migrate; PostgreSQL is backed up by its own tools.

    Returns:
        The backup that was made, or None.

    Raises:
        UnavailableError: the schema is newer than this program (`newer_schema`), or the database fails.
    """
    config = _config()
    scripts = ScriptDirectory.from_config(config)
    head = scripts.get_current_head()
    with friendly(), engine.connect() as connection, writer(connection).begin():
        _lock(connection)
        current = MigrationContext.configure(connection).get_current_revision()
        if current == head:
            return None
        if current is not None and current not in {script.revision for script in scripts.walk_revisions()}:
            raise UnavailableError(
                f"The bank's database was made by a newer version of PersonaForge (schema {current}, this one knows {head}). "
                "Install that version, or restore a backup made with this one.",
                code="newer_schema",
            )
        backup = _backup(engine, backup_folder, current) if current is not None else None
        config.attributes["connection"] = connection
        command.upgrade(config, to)
    return backup


def is_current(engine: Engine) -> bool:
    """Whether the schema is this version's."""
    with friendly(), engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    # Alembic reads options through %-interpolation.
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _lock(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("select pg_advisory_xact_lock(:n)"), {"n": _MIGRATION_LOCK})
        # Row-level security is forced on the owner too; a migration that moves data works as the bank itself.
        connection.execute(text("select set_config('app.role', 'service', true)"))


def _backup(engine: Engine, folder: Path, revision: str) -> Path | None:
    source = engine.url.database
    if engine.dialect.name != "sqlite" or source is None:
        return None
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    number = len(list(folder.glob(f"bank-{revision}-*.sqlite"))) + 1
    target = folder / f"bank-{revision}-{number}.sqlite"
    # We hold the write lock; a second connection still reads the committed state, which is what to keep.
    origin = sqlite3.connect(source)
    copy = sqlite3.connect(target)
    try:
        target.chmod(0o600)
        origin.backup(copy)
    finally:
        copy.close()
        origin.close()
    return target
