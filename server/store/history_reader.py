"""Reading histories: everything of some customers up to the business date of their source, and nothing later."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, select

from server.store.cipher import Cipher, FieldKey
from server.store.database import SERVICE, Access, Database
from server.store.ledger_rows import ACCOUNT, CONTRACT, CUSTOMER, FLAG, HOLDING, INTERACTION, NOTE, PART, PARTY, PROFILE, TRANSACTION, Shelf
from server.store.tables.account import ACCESS, ACCOUNTS, CONTRACTS, HOLDINGS, PARTS
from server.store.tables.customer import CUSTOMERS, PARTIES, PROFILES
from server.store.tables.importing import BUSINESS_DATES
from server.store.tables.note import FLAGS, INTERACTIONS, NOTES
from server.store.tables.transaction import TRANSACTIONS
from tools.ledger.customer import Profile
from tools.ledger.history import History

#: Customers read together: few enough that a million movements never are in memory at once.
AT_ONCE = 100

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class _Found:
    """Rows of some customers as they were read, still sealed."""

    as_of: dict[str, date]
    customers: dict[str, dict[str, Any]]
    profiles: dict[str, dict[str, Any]]
    accounts: dict[str, dict[str, Any]]
    account_ids: dict[str, list[str]]
    parts: dict[str, Rows]
    parties: dict[str, dict[str, Any]]
    movements: dict[str, Rows]
    holdings: dict[str, Rows]
    contracts: dict[str, Rows]
    notes: dict[str, Rows]
    interactions: dict[str, Rows]
    flags: dict[str, Rows]

    def subjects(self) -> set[str]:
        """Whose keys are needed."""
        owners = {row["customer_id"] for row in self.accounts.values()}
        return {*self.customers, *owners, *map(_subject_of, self.parties.values())}


class HistoryReader:
    """Reads histories for somebody: rows in one transaction, opened after it has ended."""

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._cipher = cipher

    def histories(self, customer_ids: Sequence[str], access: Access = SERVICE) -> Iterator[History]:
        """Histories of those customers that exist as of their source's business date, in the order given."""
        for start in range(0, len(customer_ids), AT_ONCE):
            chunk = customer_ids[start : start + AT_ONCE]
            with self._database.reading(access) as connection:
                found = _find(connection, chunk)
            keys = self._cipher.keys(found.subjects())
            for customer_id in chunk:
                if found.account_ids.get(customer_id):
                    yield _history(customer_id, found, keys)


def _find(connection: Connection, ids: Sequence[str]) -> _Found:
    dated = select(CUSTOMERS, BUSINESS_DATES.c.as_of).join(BUSINESS_DATES, BUSINESS_DATES.c.source == CUSTOMERS.c.source)
    customers = _by(connection.execute(dated.where(CUSTOMERS.c.id.in_(ids))).mappings(), "id")
    as_of: dict[str, date] = {customer_id: row["as_of"] for customer_id, row in customers.items()}
    access = connection.execute(select(ACCESS.c.customer_id, ACCESS.c.account_id).where(ACCESS.c.customer_id.in_(list(as_of)))).all()
    owned = _by(_rows(connection, ACCOUNTS, ACCOUNTS.c.id.in_({account for _, account in access})), "id")
    account_ids: dict[str, list[str]] = defaultdict(list)
    for customer_id, account_id in access:
        if owned[account_id]["opened_on"] <= as_of[customer_id]:
            account_ids[customer_id].append(account_id)
    shown = {account_id for held in account_ids.values() for account_id in held}
    parts = _group(_rows(connection, PARTS, PARTS.c.account_id.in_(shown)), "account_id")
    named = {row["party_id"] for rows in parts.values() for row in rows}
    return _Found(
        as_of=as_of,
        customers=customers,
        profiles=_by(_rows(connection, PROFILES, PROFILES.c.customer_id.in_(list(as_of))), "customer_id"),
        accounts={account_id: owned[account_id] for account_id in shown},
        account_ids=account_ids,
        parts=parts,
        parties=_by(_rows(connection, PARTIES, PARTIES.c.id.in_(named)), "id"),
        movements=_group(_movements(connection, shown), "account_id"),
        **{
            name: _group(_rows(connection, table, table.c.customer_id.in_(list(as_of))), "customer_id")
            for name, table in (
                ("holdings", HOLDINGS),
                ("contracts", CONTRACTS),
                ("notes", NOTES),
                ("interactions", INTERACTIONS),
                ("flags", FLAGS),
            )
        },
    )


def _movements(connection: Connection, account_ids: Iterable[str]) -> Iterable[RowMapping]:
    columns = TRANSACTIONS.c
    query = (
        select(TRANSACTIONS)
        .join(BUSINESS_DATES, BUSINESS_DATES.c.source == columns.source)
        .where(columns.account_id.in_(account_ids), columns.booked_on <= BUSINESS_DATES.c.as_of)
        .order_by(columns.booked_on, columns.position)
    )
    return connection.execute(query).mappings()


def _history(customer_id: str, found: _Found, keys: dict[str, FieldKey]) -> History:
    as_of = found.as_of[customer_id]
    own = keys[customer_id]
    account_ids = sorted(found.account_ids[customer_id])
    accounts = [found.accounts[account_id] for account_id in account_ids]
    parts = [row for account_id in account_ids for row in found.parts.get(account_id, [])]
    parties = [found.parties[party_id] for party_id in dict.fromkeys(row["party_id"] for row in parts)]
    movements = [
        (row, keys[found.accounts[account_id]["customer_id"]]) for account_id in account_ids for row in found.movements.get(account_id, [])
    ]
    movements.sort(key=lambda held: (held[0]["booked_on"], held[0]["position"]))
    holdings = [_closed_later(row, as_of) for row in found.holdings.get(customer_id, []) if row["opened_on"] <= as_of]
    hidden = {row["id"] for row in found.holdings.get(customer_id, []) if row["opened_on"] > as_of}
    contracts = [
        _stated_later(row, as_of)
        for row in found.contracts.get(customer_id, [])
        if row["starts_on"] <= as_of and row["holding_id"] not in hidden
    ]
    profile = found.profiles.get(customer_id)
    return History(
        customer=CUSTOMER.values([(found.customers[customer_id], own)])[0],
        profile=PROFILE.values([(profile, own)])[0] if profile else Profile(customer_id=customer_id),
        as_of=as_of,
        accounts=ACCOUNT.values([(_closed_later(row, as_of), keys[row["customer_id"]]) for row in accounts]),
        parties=PARTY.values([(row, keys[_subject_of(row)]) for row in parties]),
        parts=PART.values([(row, own) for row in parts]),
        holdings=HOLDING.values([(row, own) for row in holdings]),
        contracts=CONTRACT.values([(row, own) for row in contracts]),
        transactions=TRANSACTION.values(movements),
        notes=_until(NOTE, found.notes.get(customer_id, []), "written_on", as_of, own),
        interactions=_until(INTERACTION, found.interactions.get(customer_id, []), "happened_on", as_of, own),
        flags=_until(FLAG, [_ended_later(row, as_of) for row in found.flags.get(customer_id, [])], "since", as_of, own),
    )


def _until(shelf: Shelf, rows: Rows, dated: str, as_of: date, key: FieldKey) -> tuple[Any, ...]:
    """Values of the rows up to `as_of`, by date."""
    shown = sorted((row for row in rows if row[dated] <= as_of), key=lambda row: (row[dated], row.get("id", "")))
    return shelf.values([(row, key) for row in shown])


def _closed_later(row: dict[str, Any], as_of: date) -> dict[str, Any]:
    # That it will be closed is not known yet.
    return {**row, "closed_on": None} if row["closed_on"] is not None and row["closed_on"] > as_of else row


def _ended_later(row: dict[str, Any], as_of: date) -> dict[str, Any]:
    return {**row, "until": None} if row["until"] is not None and row["until"] > as_of else row


def _stated_later(row: dict[str, Any], as_of: date) -> dict[str, Any]:
    later = row["outstanding_as_of"] is not None and row["outstanding_as_of"] > as_of
    return {**row, "outstanding_minor": None, "outstanding_as_of": None} if later else row


def _subject_of(party: dict[str, Any]) -> str:
    return party["customer_id"] or f"source:{party['source']}"


def _rows(connection: Connection, table: Table, wanted: ColumnElement[bool]) -> Iterable[RowMapping]:
    return connection.execute(select(table).where(wanted)).mappings()


def _by(rows: Iterable[RowMapping], column: str) -> dict[str, dict[str, Any]]:
    return {row[column]: dict(row) for row in rows}


def _group(rows: Iterable[RowMapping], column: str) -> dict[str, Rows]:
    grouped: dict[str, Rows] = defaultdict(list)
    for row in rows:
        grouped[row[column]].append(dict(row))
    return grouped
