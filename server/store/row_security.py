"""Row-level security of one table on PostgreSQL, as migrations after the first three put it in place (see `v0003_row_security`)."""

from collections.abc import Mapping, Sequence

from alembic import op

from server.store.database import APP_ROLE

OWN = "(customer_id = nullif(current_setting('app.customer', true), '') or customer_id in (select b.customer_id from book b))"
MINE = "(subject = nullif(current_setting('app.subject', true), ''))"


def protect(read: Mapping[str, str], *, written: Sequence[str] = (), open_to_all: Sequence[str] = ()) -> None:
    """Let a principal see only the rows that satisfy a condition. On SQLite every query of the view scopes itself.

    Args:
        read: condition by table.
        written: those of them that a principal's own transactions also write.
        open_to_all: tables without rows of anybody's own.
    """
    if op.get_bind().dialect.name != "postgresql":
        return
    for table, condition in read.items():
        allowed = f"current_setting('app.role', true) = 'service' or {condition}"
        op.execute(f'alter table "{table}" enable row level security')
        op.execute(f'alter table "{table}" force row level security')
        op.execute(f'create policy visible on "{table}" using ({allowed}) with check ({allowed})')
    _grant("select", [table for table in (*read, *open_to_all) if table not in written])
    _grant("select, insert, update, delete", written)


def _grant(rights: str, tables: Sequence[str]) -> None:
    if tables:
        names = ", ".join(f'"{table}"' for table in tables)
        op.execute(
            f"do $$ begin if exists (select from pg_roles where rolname = '{APP_ROLE}') then grant {rights} on {names} to {APP_ROLE}; end if; end $$"
        )
