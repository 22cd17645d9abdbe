"""What is stored of a source, as far as it takes to know one bank from another."""

from collections.abc import Sequence

from sqlalchemy import select

from server.store.database import Database
from server.store.tables.customer import CUSTOMERS
from server.store.tables.transaction import TRANSACTIONS


def booked(database: Database, transaction_ids: Sequence[str]) -> list[tuple[str, int, int | None]]:
    """Id, amount and balance after it (minor units) of those of these bookings that are stored."""
    columns = TRANSACTIONS.c
    query = select(columns.id, columns.amount_minor, columns.balance_after_minor).where(columns.id.in_(transaction_ids))
    with database.reading() as connection:
        return [(row.id, row.amount_minor, row.balance_after_minor) for row in connection.execute(query)]


def numbers_of(database: Database, source: str) -> list[int]:
    """The customer numbers of a source that counts its customers."""
    with database.reading() as connection:
        found = connection.scalars(select(CUSTOMERS.c.external_id).where(CUSTOMERS.c.source == source))
        return [int(number) for number in found if number.isdecimal()]
