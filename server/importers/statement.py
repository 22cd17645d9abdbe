"""Any bank's statement as a table, read by a map (`statement_map`) into one batch."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from server.importers.amount import parse_amount
from server.importers.batch import ImportBatch
from server.importers.rows import BadRowError, Reading, Row, delimiter_of, keyed, parsed, read_text
from server.importers.statement_map import StatementMap
from tools.errors import ImportRefused, MoneyError
from tools.ledger.account import Account
from tools.ledger.categorise import RuleSet, categorise, load_rules, operation_of
from tools.ledger.customer import AccountPart, Customer, Party, Profile
from tools.ledger.reconcile import in_balance_order
from tools.ledger.transaction import Transaction

Progress = Callable[[str, int, int], None]


def read_statement(file: str | Path, map: StatementMap, progress: Progress | None = None) -> ImportBatch:
    """Reads a statement; `progress(file, done, total)` is called as its rows are read.

    Raises:
        ImportRefused: the file cannot be read, is empty, or lacks a column that the map names.
    """
    path = Path(file)
    reading = Reading(path.name)
    rows = list(_rows(path, map, reading))
    transactions = _Statement(map, reading).transactions(rows, progress)
    by_account: dict[str, list[Transaction]] = {}
    for transaction in _oldest_first(transactions):
        by_account.setdefault(transaction.account_id, []).append(transaction)
    ordered = {account: in_balance_order(own) for account, own in by_account.items()}
    accounts = tuple(_account(account.partition(":")[2], own, map) for account, own in ordered.items())
    customers = tuple(_customer(account, map) for account in accounts)
    return ImportBatch(
        source=map.source,
        customers=customers,
        profiles=tuple(Profile(customer_id=customer.id) for customer in customers),
        parties=tuple(
            Party(id=customer.id, source=map.source, external_id=customer.external_id, name=customer.name, customer_id=customer.id)
            for customer in customers
        ),
        parts=tuple(AccountPart(account_id=account.id, party_id=account.customer_id, part="owner") for account in accounts),
        accounts=accounts,
        holdings=(),
        contracts=(),
        transactions=tuple(transaction for own in ordered.values() for transaction in own),
        protected=(),
        rejected=reading.rejected_by_line(),
        counts=(reading.count(),),
    )


def _rows(path: Path, map: StatementMap, reading: Reading) -> Iterator[Row]:
    lines = read_text(path, map.encoding).splitlines(keepends=True)
    text = "".join(lines[map.skip_rows :])
    delimiter = map.delimiter or delimiter_of(text.lstrip().partition("\n")[0])
    table = parsed(text, delimiter, path.name, first_line=map.skip_rows)
    header = next(table, None)
    if header is None:
        raise ImportRefused(f"{path.name} is empty. Export the statement again with its rows.")
    while header[1] and not header[1][-1]:
        header[1].pop()
    columns = [cell.casefold() for cell in header[1]]
    missing = [name for name in map.columns.named if name.strip().casefold() not in columns]
    if missing:
        raise ImportRefused(
            f"{path.name} has no column {', '.join(missing)}; its columns are {', '.join(header[1])}. Correct the map, or its skip_rows."
        )
    return keyed(table, columns, reading)


class _Statement:
    """One statement while it is read: the rows seen so far tell repeated ones from new ones."""

    def __init__(self, map: StatementMap, reading: Reading) -> None:
        self._map = map
        self._reading = reading
        self._rules: RuleSet = load_rules(map.rules)
        self._seen: dict[str, tuple[int, Transaction]] = {}
        self._copies: dict[str, int] = {}

    def transactions(self, rows: list[Row], progress: Progress | None) -> list[Transaction]:
        """The movements of the rows that can be used, in the order of the file."""
        for at, row in enumerate(rows):
            if progress and at % 1000 == 0:
                progress(self._reading.file, at, len(rows))
            try:
                self._keep(row, self._transaction(row))
            except (BadRowError, MoneyError) as error:
                self._reading.reject(row.line, str(error), row.text)
        if progress:
            progress(self._reading.file, len(rows), len(rows))
        return [transaction for _, transaction in self._seen.values()]

    def _keep(self, row: Row, transaction: Transaction) -> None:
        line, earlier = self._seen.get(transaction.id, (row.line, None))
        if earlier is None:
            self._seen[transaction.id] = (row.line, transaction)
            self._reading.kept += 1
        elif earlier == transaction:
            self._reading.repeated += 1
        else:
            raise BadRowError(f"reference {transaction.external_id} was on line {line} with other content")

    def _transaction(self, row: Row) -> Transaction:
        map, columns = self._map, self._map.columns
        booked_on, amount = _day(_cell(row, columns.date), map), _amount(row, map)
        account = map.account or _cell(row, columns.account)
        if not account:
            raise BadRowError("the account is missing")
        balance = _cell(row, columns.balance)
        description = " ".join(part for part in (_cell(row, name) for name in columns.description) if part)
        counterparty = _cell(row, columns.counterparty) or None
        balance_minor = parse_amount(balance, map.decimal, map.currency) if balance else None
        content = "\x1f".join(str(part) for part in (booked_on, amount, description, counterparty, balance_minor))
        external_id = f"{account}/{_cell(row, columns.reference) or self._fingerprint(account, content)}"
        operation = operation_of(description, amount, self._rules)
        return Transaction(
            id=f"{map.source}:{external_id}",
            source=map.source,
            external_id=external_id,
            account_id=f"{map.source}:{account}",
            booked_on=booked_on,
            amount_minor=amount,
            currency=map.currency,
            balance_after_minor=balance_minor,
            description=description,
            counterparty=counterparty,
            category=categorise(description, counterparty, amount, operation, self._rules),
            operation=operation,
        )

    def _fingerprint(self, account: str, content: str) -> str:
        """The same row of the same statement has the same one, whenever it is read; equal rows are numbered."""
        digest = hashlib.sha256(f"{account}\x1f{content}".encode()).hexdigest()[:20]
        self._copies[digest] = self._copies.get(digest, 0) + 1
        return f"{digest}-{self._copies[digest]}"


def _cell(row: Row, column: str | None) -> str:
    return row.cells[column.strip().casefold()] if column else ""


def _day(text: str, map: StatementMap) -> date:
    if not text:
        raise BadRowError("the date is missing")
    for style in map.dates:
        try:
            return datetime.strptime(text, style).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    raise BadRowError(f"date {text!r} is not written like {' or '.join(map.dates)}")


def _amount(row: Row, map: StatementMap) -> int:
    columns = map.columns
    if columns.amount:
        text = _cell(row, columns.amount)
        if not text:
            raise BadRowError("the amount is missing")
        amount = parse_amount(text, map.decimal, map.currency)
        # CR and DR say themselves which way the money went, whatever the bank does about signs.
        told = text.rstrip(" )").upper().endswith(("CR", "DR"))
        return -amount if map.sign == "out_positive" and not told else amount
    debit, credit = (_cell(row, column) for column in (columns.debit, columns.credit))
    out, into = (parse_amount(text, map.decimal, map.currency) if text else 0 for text in (debit, credit))
    if out and into:
        raise BadRowError("the row has both a debit and a credit")
    if not debit and not credit:
        raise BadRowError("the amount is missing")
    # Some banks write what was paid out with a minus in its own column, others without: out is out.
    return into - abs(out)


def _oldest_first(transactions: list[Transaction]) -> list[Transaction]:
    newest_first = len(transactions) > 1 and transactions[0].booked_on > transactions[-1].booked_on
    return transactions[::-1] if newest_first else transactions


def _account(number: str, transactions: list[Transaction], map: StatementMap) -> Account:
    first = transactions[0]
    return Account(
        id=f"{map.source}:{number}",
        source=map.source,
        external_id=number,
        customer_id=f"{map.source}:{number}",
        kind=map.account_kind,
        name=f"Account {number}",
        currency=map.currency,
        opened_on=first.booked_on,
        opening_balance_minor=0 if first.balance_after_minor is None else first.balance_after_minor - first.amount_minor,
    )


def _customer(account: Account, map: StatementMap) -> Customer:
    name = map.owner or f"{map.source} {account.external_id}"
    return Customer(id=account.customer_id, source=map.source, external_id=account.external_id, name=name, joined_on=account.opened_on)
