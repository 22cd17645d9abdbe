"""Recording where the bank's reported balances and our running sums part."""

import itertools
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from server.store.database import Database
from server.store.tables.account import ACCOUNTS
from server.store.tables.transaction import DIFFERENCES, TRANSACTIONS
from tools.ledger.account import Account
from tools.ledger.reconcile import reconcile
from tools.ledger.transaction import ReconciliationDifference, Transaction

_ACCOUNTS_AT_ONCE = 200


def record_differences(database: Database, account_ids: Sequence[str], progress: Callable[[str, int], None]) -> None:
    """Work out the differences of these accounts anew and store them."""
    for start in range(0, len(account_ids), _ACCOUNTS_AT_ONCE):
        chunk = account_ids[start : start + _ACCOUNTS_AT_ONCE]
        with database.reading() as connection:
            found = [difference for account, movements in _read(connection, chunk) for difference in reconcile(account, movements)]
        with database.writing() as connection:
            connection.execute(delete(DIFFERENCES).where(DIFFERENCES.c.account_id.in_(chunk)))
            if found:
                connection.execute(insert(DIFFERENCES), [vars(difference) for difference in found])
        progress("balances checked", start + len(chunk))


def differences_of(connection: Connection, account_ids: Sequence[str]) -> tuple[ReconciliationDifference, ...]:
    """The differences of some accounts, by date."""
    rows = connection.execute(
        select(DIFFERENCES).where(DIFFERENCES.c.account_id.in_(account_ids)).order_by(DIFFERENCES.c.booked_on, DIFFERENCES.c.transaction_id)
    )
    return tuple(ReconciliationDifference.model_validate(dict(row)) for row in rows.mappings())


def _read(connection: Connection, account_ids: Sequence[str]) -> list[tuple[Account, list[Transaction]]]:
    # Balances need no words, so the sealed columns stay where they are; the rows were validated when they were written.
    columns = TRANSACTIONS.c
    rows = connection.execute(
        select(columns.id, columns.account_id, columns.booked_on, columns.amount_minor, columns.balance_after_minor, columns.status)
        .where(columns.account_id.in_(account_ids))
        .order_by(columns.account_id, columns.booked_on, columns.position)
    )
    movements = {account: [_bare(row) for row in group] for account, group in itertools.groupby(rows, key=lambda row: row.account_id)}
    opening = connection.execute(select(ACCOUNTS.c.id, ACCOUNTS.c.opening_balance_minor).where(ACCOUNTS.c.id.in_(account_ids)))
    return [(Account.model_construct(id=id_, opening_balance_minor=balance), movements.get(id_, [])) for id_, balance in opening]


def _bare(row: Any) -> Transaction:
    return Transaction.model_construct(
        id=row.id,
        account_id=row.account_id,
        booked_on=row.booked_on,
        amount_minor=row.amount_minor,
        balance_after_minor=row.balance_after_minor,
        status=row.status,
    )
