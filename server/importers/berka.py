"""The PKDD'99 bank ("Berka"): eight tables as CSV or the original `.asc`, plain or gzip, into one batch.

Customers are keyed by account (`berka:1787`), because that is the number people know: an owner by the lowest account they own, a
client who owns none by `berka:client-<client_id>`. Accounts, loans and cards that are later than the latest booking are read like
all others; views hide them until their day. The status of a loan is an outcome and is never read.
"""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path

from server.importers.batch import ImportBatch
from server.importers.berka_contracts import cards_from, loans_from, orders_from
from server.importers.berka_people import People, client_from, people_from, profiles_from
from server.importers.berka_table import OPTIONAL, REQUIRED, amount_in, day_in, find_table, number_in, table_rows
from server.importers.rows import BadRowError, Reading, Row, collect
from tools.errors import ImportRefused
from tools.ledger.account import Account, Holding
from tools.ledger.categorise import RuleSet, categorise, load_rules
from tools.ledger.reconcile import in_balance_order
from tools.ledger.transaction import Operation, Transaction

SOURCE = "berka"
CURRENCY = "CZK"
Progress = Callable[[str, int, int], None]

_STATEMENTS = {
    "POPLATEK MESICNE": "monthly statement",
    "POPLATEK TYDNE": "weekly statement",
    "POPLATEK PO OBRATU": "statement after each booking",
}
_SIGNS = {"PRIJEM": 1, "VYDAJ": -1, "VYBER": -1}
_OPERATIONS: dict[str, tuple[Operation, str]] = {
    "VKLAD": ("cash_in", "cash paid in"),
    "VYBER": ("cash_out", "cash withdrawal"),
    "VYBER KARTOU": ("card", "card withdrawal"),
    "PREVOD Z UCTU": ("transfer_in", "transfer from another bank"),
    "PREVOD NA UCET": ("transfer_out", "transfer to another bank"),
}
#: What the constant symbol says. Where it names an operation of its own, that one is truer than "cash withdrawal".
_SYMBOLS: dict[str, tuple[Operation | None, str]] = {
    "SIPO": (None, "household payment"),
    "POJISTNE": (None, "insurance payment"),
    "SLUZBY": ("fee", "statement fee"),
    "UROK": ("interest", "interest credited"),
    "SANKC. UROK": ("interest", "penalty interest for a balance below zero"),
    "DUCHOD": (None, "pension"),
    "UVER": (None, "loan payment"),
    "LEASING": (None, "leasing payment"),
}


def read_berka(folder: str | Path, progress: Progress | None = None) -> ImportBatch:
    """Reads all tables of a folder; `progress(table, done, total)` is called as rows of the transactions are read.

    Raises:
        ImportRefused: the folder or a required table (account, client, disp, trans) is missing, or a table lacks a column.
    """
    root = Path(folder)
    if not root.is_dir():
        raise ImportRefused(f"There is no folder {root.name!r}. Give the folder that holds account, client, disp and trans.")
    readings = {name: Reading(name) for name in (*REQUIRED, *OPTIONAL)}
    rows = {name: _rows(root, name, readings[name]) for name in readings}
    notes = [f"No {name} table: imported without it." for name in OPTIONAL if find_table(root, name) is None]

    districts = collect(
        rows["district"], partial(number_in, column="A1"), lambda row: (row.cells["A2"], row.cells["A3"]), readings["district"]
    )
    opened = collect(rows["account"], partial(number_in, column="account_id"), _opened, readings["account"])
    if not opened:
        raise ImportRefused(f"{readings['account'].file} holds no account that can be read. Put the whole table there.")
    clients = collect(rows["client"], partial(number_in, column="client_id"), client_from, readings["client"])
    people = people_from(rows["disp"], clients, {number: opening[0] for number, opening in opened.items()}, readings["disp"])
    transactions = _transactions(rows["trans"], opened, readings["trans"], progress)
    by_account = _by_account(transactions)
    accounts = tuple(_account(number, opening, by_account.get(number, []), people) for number, opening in opened.items())
    loans = loans_from(rows["loan"], people, readings["loan"])
    orders = orders_from(rows["order"], people, by_account, readings["order"])
    cards = cards_from(rows["card"], people, readings["card"])
    if readings["order"].left_out:
        notes.append(
            f"{readings['order'].left_out} standing orders carry no date and no booking that shows them running: left out until one does."
        )
    unborn = sum(client.born_on is None for client in clients.values())
    if unborn:
        notes.append(f"{unborn} clients have no readable birth number: kept without birth date.")
    return ImportBatch(
        source=SOURCE,
        customers=people.customers,
        profiles=profiles_from(people, clients, districts, _with_card(cards, transactions)),
        parties=people.parties,
        parts=people.parts,
        accounts=accounts,
        holdings=(*(holding for holding, _ in loans), *(holding for holding, _ in orders), *cards),
        contracts=(*(contract for _, contract in loans), *(contract for _, contract in orders)),
        transactions=tuple(transaction for number in opened for transaction in by_account.get(number, [])),
        protected=people.protected,
        rejected=tuple(row for reading in readings.values() for row in reading.rejected_by_line()),
        counts=tuple(reading.count() for reading in readings.values()),
        notes=tuple(notes),
    )


def _rows(root: Path, name: str, reading: Reading) -> Iterator[Row]:
    path = find_table(root, name)
    if path is None:
        if name in OPTIONAL:
            return iter(())
        raise ImportRefused(f"The {name} table is missing in {root.name!r}. Put {name}.csv or {name}.asc there (.gz is fine).")
    reading.file = path.name
    return table_rows(path, name, reading)


def _opened(row: Row) -> tuple[date, str]:
    return day_in(row, "date"), row.cells["frequency"]


def _with_card(cards: tuple[Holding, ...], transactions: dict[str, Transaction]) -> frozenset[str]:
    """Customers who had a card by the latest booking: a profile has no date, so what comes later may not be in it."""
    latest = max((transaction.booked_on for transaction in transactions.values()), default=date.min)
    return frozenset(card.customer_id for card in cards if card.opened_on <= latest)


def _account(number: str, opening: tuple[date, str], transactions: list[Transaction], people: People) -> Account:
    opened_on, frequency = opening
    statement = _STATEMENTS.get(frequency)
    first = transactions[0] if transactions else None
    known = first is not None and first.balance_after_minor is not None
    return Account(
        id=f"{SOURCE}:{number}",
        source=SOURCE,
        external_id=number,
        customer_id=people.owner_of[number],
        name=f"Account {number} ({statement})" if statement else f"Account {number}",
        currency=CURRENCY,
        opened_on=opened_on,
        opening_balance_minor=(first.balance_after_minor or 0) - first.amount_minor if first and known else 0,
    )


def _transactions(
    rows: Iterator[Row], accounts: dict[str, tuple[date, str]], reading: Reading, progress: Progress | None
) -> dict[str, Transaction]:
    rules = load_rules(SOURCE)
    watched = rows if progress is None else _watched(rows, reading, progress)
    return collect(watched, partial(number_in, column="trans_id"), lambda row: _transaction(row, accounts, rules), reading)


def _watched(rows: Iterator[Row], reading: Reading, progress: Progress) -> Iterator[Row]:
    every = list(rows)
    for at, row in enumerate(every):
        if at % 1000 == 0:
            progress(reading.file, at, len(every))
        yield row
    progress(reading.file, len(every), len(every))


def _transaction(row: Row, accounts: dict[str, tuple[date, str]], rules: RuleSet) -> Transaction:
    cells = row.cells
    number = number_in(row, "account_id")
    if number not in accounts:
        raise BadRowError(f"account {number} is not in the account table")
    sign = _SIGNS.get(cells["type"])
    if sign is None:
        raise BadRowError(f"type {cells['type']!r} is neither PRIJEM, VYDAJ nor VYBER")
    amount = sign * amount_in(row, "amount")
    codes = f"{cells['operation']} {cells['k_symbol']}"
    operation, description = _told(cells["operation"], cells["k_symbol"])
    partner = cells["account"].lstrip("0")
    return Transaction(
        id=f"{SOURCE}:{cells['trans_id']}",
        source=SOURCE,
        external_id=cells["trans_id"],
        account_id=f"{SOURCE}:{number}",
        booked_on=day_in(row, "date"),
        amount_minor=amount,
        currency=CURRENCY,
        balance_after_minor=amount_in(row, "balance") if cells["balance"] else None,
        description=description,
        counterparty=f"{cells['bank']} {partner}" if partner else None,
        counterparty_account=f"{cells['bank']}/{partner}" if partner else None,
        category=categorise(codes, None, amount, operation, rules),
        operation=operation,
    )


def _told(operation: str, symbol: str) -> tuple[Operation, str]:
    """The kind of movement and its description in English: "Household payment, transfer to another bank"."""
    kind, movement = _OPERATIONS.get(operation, ("other", operation.lower()))
    symbol_kind, purpose = _SYMBOLS.get(symbol, (None, symbol.lower()))
    words = purpose if symbol_kind else ", ".join(part for part in (purpose, movement) if part)
    return symbol_kind or kind, words[:1].upper() + words[1:]


def _by_account(transactions: dict[str, Transaction]) -> dict[str, list[Transaction]]:
    grouped: dict[str, list[Transaction]] = {}
    for transaction in transactions.values():
        grouped.setdefault(transaction.account_id.partition(":")[2], []).append(transaction)
    return {number: in_balance_order(own) for number, own in grouped.items()}
