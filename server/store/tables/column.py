"""Column types and conventions that hold for every table."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import BigInteger, Integer, MetaData, String, Table, Text, TypeDecorator
from sqlalchemy.engine import Dialect
from sqlmodel import SQLModel

#: Constraint names, so that a later migration can name what it changes on both engines.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata = MetaData(naming_convention=NAMES)


class IsoDateTime(TypeDecorator[datetime]):
    """A time of day exactly as a source gave it, with or without a zone: kept as ISO text so that it comes back unchanged."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002 (the signature is SQLAlchemy's)
        """To ISO text."""
        return None if value is None else value.isoformat()

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """From ISO text."""
        return None if value is None else datetime.fromisoformat(value)


#: Closed labels and sealed text.
WORDS = Text


def table_of(row: type[SQLModel]) -> Table:
    """The Core table of a row class, with 64-bit integers: minor units pass 2^31 at 21 million pounds."""
    table = cast(Table, row.__table__)  # type: ignore[attr-defined]
    for column in table.columns:
        if type(column.type) is Integer:
            # SQLite numbers rows by itself only for a key declared INTEGER, which is 64 bits there anyway.
            column.type = BigInteger().with_variant(Integer(), "sqlite")
    return table
