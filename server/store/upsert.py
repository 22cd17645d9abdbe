"""Many rows in one statement, on either engine: rows that take the place of those with the same key, or that leave them alone.

A batch of the stream writes thousands of small rows. SQLAlchemy's own handling of each row's parameters costs as much as SQLite's
insert, so the statement is compiled here once and the driver is given the values as they go into the database.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Connection, Insert, Table
from sqlalchemy.dialects import postgresql, sqlite

Rows = Sequence[Mapping[str, Any]]


def put(connection: Connection, table: Table, rows: Rows, *, lasting: Sequence[str] = ()) -> None:
    """Insert rows; where a row with the same primary key stands, its columns take the new values, all but the `lasting` ones.

    All rows have the same columns.
    """
    if not rows:
        return
    key = [column.name for column in table.primary_key]
    statement = _insert(connection, table)
    replaced = {name: statement.excluded[name] for name in rows[0] if name not in key and name not in lasting}
    _execute(connection, table, statement.on_conflict_do_update(index_elements=key, set_=replaced), rows)


def put_absent(connection: Connection, table: Table, rows: Rows, unique: Sequence[str]) -> None:
    """Insert rows; what stands already under the same values of the columns `unique` stays as it is."""
    if rows:
        _execute(connection, table, _insert(connection, table).on_conflict_do_nothing(index_elements=list(unique)), rows)


def put_new(connection: Connection, table: Table, rows: Rows) -> None:
    """Insert rows, none of which stands yet."""
    if rows:
        _execute(connection, table, _insert(connection, table), rows)


def _insert(connection: Connection, table: Table) -> Any:
    return (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(table)


def _execute(connection: Connection, table: Table, statement: Insert, rows: Rows) -> None:
    if connection.dialect.name != "sqlite":
        connection.execute(statement, list(rows))
        return
    compiled: Any = statement.compile(dialect=connection.dialect, column_keys=list(rows[0]))
    columns_of, columns = table.columns, list[list[Any]]()
    # The statement names the columns in the table's order.
    for name in compiled.positiontup:
        kind = cast(Any, columns_of[name]).type
        process = kind.dialect_impl(connection.dialect).bind_processor(connection.dialect)
        values = [row[name] for row in rows]
        columns.append(values if process is None else [process(value) for value in values])
    connection.exec_driver_sql(compiled.string, list(zip(*columns, strict=True)))
