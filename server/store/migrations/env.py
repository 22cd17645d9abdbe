"""Alembic's entry: runs the migrations on the connection that `server/store/migrate.py` hands over, inside its transaction."""

from alembic import context

from server.store.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA, transactional_ddl=True, compare_type=True)
context.run_migrations()
