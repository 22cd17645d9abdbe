"""Adding to the ledger: once by (source, external id), with everything that could not be taken listed and nothing else lost."""

import itertools
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Connection, func, insert, select, tuple_, update

from server.store.cipher import Cipher, place_of
from server.store.database import Database
from server.store.importing import DIFFERS, Batch, Contents, Counted, ImportCounts, Rejection, contents_of, transactions_of
from server.store.ledger_rows import (
    ACCOUNT,
    CONTRACT,
    CUSTOMER,
    FLAG,
    HOLDING,
    INTERACTION,
    NOTE,
    PART,
    PARTY,
    PROFILE,
    PROTECTED_ATTRIBUTES,
    TRANSACTION,
    Shelf,
    party_subject,
)
from server.store.reconciling import record_differences
from server.store.tables.account import ACCESS, ACCOUNTS, PARTS
from server.store.tables.customer import BOOK, CUSTOMERS, PARTIES
from server.store.tables.importing import BUSINESS_DATES, IMPORT_RUNS, REJECTED_ROWS
from server.store.tables.login import LOGINS
from server.store.tables.transaction import TRANSACTIONS
from tools.errors import UsageError
from tools.ledger.account import Account
from tools.ledger.transaction import Transaction

#: Rows per transaction of the database: about a tenth of a second of writing, so that the server beside it is not held up.
CHUNK = 5000

_NOTHING = ImportCounts()

Progress = Callable[[str, int], None]
"""Told the name of the step and how many rows of it are done."""
Refresh = Callable[[Sequence[str], Progress], None]


def no_progress(step: str, done: int) -> None:
    """For callers that show none."""


class _Tally:
    """Counts and rejections while an import runs."""

    def __init__(self) -> None:
        self.counts: dict[str, list[int]] = {}
        self.rejections: list[Rejection] = []
        self.touched: set[str] = set()

    def add(self, noun: str, *, added: int = 0, known: int = 0) -> None:
        held = self.counts.setdefault(noun, [0, 0, 0])
        held[0] += added
        held[1] += known

    def reject(self, noun: str, row: str, reason: str) -> None:
        self.counts.setdefault(noun, [0, 0, 0])[2] += 1
        self.rejections.append(Rejection(file=noun, line=None, reason=reason, text=row))

    def counted(self, shelf: Shelf) -> Counted:
        added, known, rejected = self.counts.get(shelf.name, [0, 0, 0])
        return Counted(read=added + known + rejected, added=added, known=known, rejected=rejected)


class LedgerStore:
    """Writes of the ledger. Safe to run beside a server; a second import waits for each step of the first."""

    def __init__(self, database: Database, cipher: Cipher, refresh: Refresh, clock: Callable[[], datetime]) -> None:
        """`refresh` makes the snapshots of the customers it is given (`SnapshotStore.refresh`)."""
        self._database = database
        self._cipher = cipher
        self._refresh = refresh
        self._clock = clock

    def add_batch(
        self, batch: Batch, *, book_login: str | None = None, left_out: ImportCounts = _NOTHING, progress: Progress = no_progress
    ) -> ImportCounts:
        """Add what is new. The same content again changes nothing; other content under a known id is rejected.

        `left_out` is what the importer itself found repeated or rejected: it is added to the counts, and its rows are listed.
        An import that was broken off is completed by running it again. Nothing of a new source is visible before its end.

        Raises:
            UsageError: `book_login` is no relationship manager (`unknown_login`).
            UnavailableError: the database or a key fails.
        """
        contents = contents_of(batch)
        tally = _Tally()
        book = self._book_subject(book_login)
        run = self._begin(contents, book)
        try:
            owners = self._add_people(contents, tally, progress)
            newest = self._add_transactions(transactions_of(batch), owners, tally, progress)
            counts = left_out + self._finish(run, contents, book, newest, tally, progress)
        except BaseException:
            self._close(run, "failed", ImportCounts())
            raise
        return counts

    def business_dates(self) -> dict[str, date]:
        """The business date of every source."""
        with self._database.reading() as connection:
            return {row.source: row.as_of for row in connection.execute(select(BUSINESS_DATES))}

    def rejections_of(self, source: str) -> tuple[Rejection, ...]:
        """What the latest import of a source could not take, with reasons, in the order met."""
        with self._database.reading() as connection:
            run = connection.scalar(
                select(IMPORT_RUNS.c.id).where(IMPORT_RUNS.c.source == source).order_by(IMPORT_RUNS.c.started_at.desc()).limit(1)
            )
            rows = connection.execute(select(REJECTED_ROWS).where(REJECTED_ROWS.c.import_id == run).order_by(REJECTED_ROWS.c.number)).all()
        key = self._cipher.key(f"source:{source}") if rows else None
        return tuple(
            Rejection(file=row.file, line=row.line, reason=row.reason, text=key.open(row.text, _rejected_place(row.import_id, row.number)))
            for row in rows
            if key is not None
        )

    def _book_subject(self, login: str | None) -> str | None:
        if login is None:
            return None
        with self._database.reading() as connection:
            subject = connection.scalar(select(LOGINS.c.subject).where(LOGINS.c.login == login, LOGINS.c.role == "rm"))
        if subject is None:
            raise UsageError(
                f"There is no relationship manager with the login {login!r}, so there is no book to import into. "
                "Run `personaforge seed` for the demo bank, or make one with `personaforge user add`.",
                code="unknown_login",
            )
        return subject

    def _begin(self, contents: Contents, book: str | None) -> str:
        run = secrets.token_hex(8)
        with self._database.writing() as connection:
            connection.execute(
                insert(IMPORT_RUNS).values(
                    id=run, source=contents.source, book_subject=book, started_at=self._clock(), state="running", counts={}
                )
            )
        return run

    def _add_people(self, contents: Contents, tally: _Tally, progress: Progress) -> "_Owners":
        self._add(CUSTOMER, ((value, value.id) for value in contents.customers), tally, progress)
        known = self._customers()
        self._add(PARTY, ((value, party_subject(value)) for value in contents.parties), tally, progress)
        self._add(ACCOUNT, _of_known(ACCOUNT, contents.accounts, known, tally), tally, progress)
        with self._database.writing() as connection:
            self._widen(connection, contents.accounts)
        owners = _Owners(self._database)
        parties = self._ids(PARTIES.c.id)
        parts = [part for part in contents.parts if _fits(part.account_id in owners.of and part.party_id in parties, PART, part, tally)]
        self._add(PART, ((part, owners.of[part.account_id][0]) for part in parts), tally, progress)
        for shelf, values in (
            (PROFILE, contents.profiles),
            (PROTECTED_ATTRIBUTES, contents.protected),
            (HOLDING, contents.holdings),
            (CONTRACT, contents.contracts),
            (NOTE, contents.notes),
            (INTERACTION, contents.interactions),
            (FLAG, contents.flags),
        ):
            self._add(shelf, _of_known(shelf, values, known, tally), tally, progress)
        self._give_access()
        return owners

    def _add(self, shelf: Shelf, values: Iterable[tuple[BaseModel, str]], tally: _Tally, progress: Progress) -> None:
        """Add rows of one noun in short transactions. Sealing is done outside of them, so that the lock is held briefly."""
        done = 0
        stream = iter(values)
        while chunk := list(itertools.islice(stream, CHUNK)):
            keys = self._cipher.keys(subject for _, subject in chunk)
            rows = [shelf.row(value, keys[subject]) for value, subject in chunk]
            with self._database.writing() as connection:
                self._database.lock(connection, "import")
                _put(connection, shelf, rows, tally)
            done += len(chunk)
            progress(shelf.name, done)

    def _add_transactions(self, values: Iterable[Transaction], owners: "_Owners", tally: _Tally, progress: Progress) -> date | None:
        newest: date | None = None
        accounts: set[str] = set()

        def accepted() -> Iterator[tuple[Transaction, str]]:
            nonlocal newest
            for value in values:
                owner, currency = owners.of.get(value.account_id, ("", ""))
                if currency != value.currency:
                    reason = "its account is not known" if not owner else "its currency is not the account's"
                    tally.reject(TRANSACTION.name, value.id, reason)
                    continue
                newest = value.booked_on if newest is None else max(newest, value.booked_on)
                accounts.add(value.account_id)
                yield value, owner

        before = tally.counts.get(TRANSACTION.name, [0])[0]
        self._add(TRANSACTION, accepted(), tally, progress)
        if tally.counts.get(TRANSACTION.name, [0])[0] > before:
            record_differences(self._database, sorted(accounts), progress)
        return newest

    def _finish(
        self, run: str, contents: Contents, book: str | None, newest: date | None, tally: _Tally, progress: Progress
    ) -> ImportCounts:
        stale = self._date_and_book(contents, book, newest, tally)
        self._refresh(sorted(stale), progress)
        counts = ImportCounts(
            customers=tally.counted(CUSTOMER),
            accounts=tally.counted(ACCOUNT),
            transactions=tally.counted(TRANSACTION),
        )
        self._list_rejections(run, contents.source, (*contents.rejected, *tally.rejections))
        self._close(run, "finished", counts)
        return counts

    def _date_and_book(self, contents: Contents, book: str | None, newest: date | None, tally: _Tally) -> set[str]:
        """Move the business date on and fill the book, in one transaction. Returns the customers whose snapshot is stale."""
        with self._database.writing() as connection:
            before = connection.scalar(select(BUSINESS_DATES.c.as_of).where(BUSINESS_DATES.c.source == contents.source))
            moved = newest is not None and (before is None or newest > before)
            if moved and before is None:
                connection.execute(insert(BUSINESS_DATES).values(source=contents.source, as_of=newest))
            elif moved:
                connection.execute(update(BUSINESS_DATES).where(BUSINESS_DATES.c.source == contents.source).values(as_of=newest))
            if book is not None:
                held = set(connection.scalars(select(BOOK.c.customer_id).where(BOOK.c.subject == book)))
                known = set(connection.scalars(select(CUSTOMERS.c.id).where(CUSTOMERS.c.source == contents.source)))
                rows = [{"subject": book, "customer_id": c.id} for c in contents.customers if c.id in known and c.id not in held]
                if rows:
                    connection.execute(insert(BOOK), rows)
            if moved:
                return set(connection.scalars(select(CUSTOMERS.c.id).where(CUSTOMERS.c.source == contents.source)))
            return tally.touched

    def _widen(self, connection: Connection, accounts: Sequence[Account]) -> None:
        """An earlier statement of a known account moves its beginning back."""
        for chunk in _chunks(accounts):
            held = {
                row.id: row.opened_on
                for row in connection.execute(
                    select(ACCOUNTS.c.id, ACCOUNTS.c.opened_on).where(ACCOUNTS.c.id.in_([account.id for account in chunk]))
                )
            }
            for account in chunk:
                if account.id in held and account.opened_on < held[account.id]:
                    connection.execute(
                        update(ACCOUNTS)
                        .where(ACCOUNTS.c.id == account.id)
                        .values(opened_on=account.opened_on, opening_balance_minor=account.opening_balance_minor)
                    )

    def _give_access(self) -> None:
        owned = select(ACCOUNTS.c.customer_id, ACCOUNTS.c.id.label("account_id"))
        shared = (
            select(PARTIES.c.customer_id, PARTS.c.account_id)
            .join(PARTS, PARTS.c.party_id == PARTIES.c.id)
            .join(CUSTOMERS, CUSTOMERS.c.id == PARTIES.c.customer_id)
            .where(PARTS.c.part.in_(("owner", "joint")))
        )
        both = owned.union(shared).subquery()
        missing = select(both.c.customer_id, both.c.account_id).where(
            ~select(ACCESS.c.account_id)
            .where(ACCESS.c.customer_id == both.c.customer_id, ACCESS.c.account_id == both.c.account_id)
            .exists()
        )
        with self._database.writing() as connection:
            connection.execute(insert(ACCESS).from_select(["customer_id", "account_id"], missing))

    def _list_rejections(self, run: str, source: str, rejections: Sequence[Rejection]) -> None:
        if not rejections:
            return
        key = self._cipher.key(f"source:{source}")
        rows = [
            {
                "import_id": run,
                "number": number,
                "file": rejection.file,
                "line": rejection.line,
                "reason": rejection.reason,
                "text": key.seal(rejection.text, _rejected_place(run, number)),
            }
            for number, rejection in enumerate(rejections, start=1)
        ]
        with self._database.writing() as connection:
            connection.execute(insert(REJECTED_ROWS), rows)

    def _close(self, run: str, state: str, counts: ImportCounts) -> None:
        with self._database.writing() as connection:
            connection.execute(
                update(IMPORT_RUNS)
                .where(IMPORT_RUNS.c.id == run)
                .values(state=state, finished_at=self._clock(), counts=counts.model_dump())
            )

    def _customers(self) -> set[str]:
        return self._ids(CUSTOMERS.c.id)

    def _ids(self, column: Any) -> set[str]:
        with self._database.reading() as connection:
            return set(connection.scalars(select(column)))


class _Owners:
    """First owner and currency of every account."""

    def __init__(self, database: Database) -> None:
        with database.reading() as connection:
            rows = connection.execute(select(ACCOUNTS.c.id, ACCOUNTS.c.customer_id, ACCOUNTS.c.currency)).all()
        self.of: dict[str, tuple[str, str]] = {account: (owner, currency) for account, owner, currency in rows}


def _of_known(shelf: Shelf, values: Iterable[Any], customers: set[str], tally: _Tally) -> Iterator[tuple[BaseModel, str]]:
    for value in values:
        if _fits(value.customer_id in customers, shelf, value, tally):
            yield value, value.customer_id


def _fits(fits: bool, shelf: Shelf, value: BaseModel, tally: _Tally) -> bool:
    if not fits:
        tally.reject(shelf.name, "/".join(map(str, shelf.key_of(value))), "what it belongs to is not known")
    return fits


def _put(connection: Connection, shelf: Shelf, rows: list[dict[str, Any]], tally: _Tally) -> None:
    """Insert the rows that are new; compare the others with what is held."""
    held = _held(connection, shelf, rows)
    new: list[dict[str, Any]] = []
    known = 0
    for row in rows:
        identity = tuple(row[name] for name in shelf.key)
        if identity not in held:
            held[identity] = row["fingerprint"]
            new.append(row)
        elif held[identity] == row["fingerprint"]:
            known += 1
        else:
            tally.reject(shelf.name, "/".join(map(str, identity)), DIFFERS)
    if new:
        _number(connection, shelf, new)
        connection.execute(insert(shelf.table), new)
    tally.add(shelf.name, added=len(new), known=known)
    tally.touched.update(_touched(connection, shelf, new))


def _held(connection: Connection, shelf: Shelf, rows: list[dict[str, Any]]) -> dict[tuple[Any, ...], bytes]:
    columns = [shelf.table.c[name] for name in shelf.key]
    identities = [tuple(row[name] for name in shelf.key) for row in rows]
    wanted = columns[0].in_([identity[0] for identity in identities]) if len(columns) == 1 else tuple_(*columns).in_(identities)
    return {tuple(row[:-1]): bytes(row[-1]) for row in connection.execute(select(*columns, shelf.table.c.fingerprint).where(wanted))}


def _number(connection: Connection, shelf: Shelf, rows: list[dict[str, Any]]) -> None:
    # Movements keep the order in which their source gave them; a day's order decides its running balance.
    if shelf is TRANSACTION:
        start = connection.scalar(select(func.coalesce(func.max(TRANSACTIONS.c.position), 0))) or 0
        for position, row in enumerate(rows, start=start + 1):
            row["position"] = position


def _touched(connection: Connection, shelf: Shelf, rows: list[dict[str, Any]]) -> set[str]:
    """Customers whose picture these new rows change."""
    if shelf in {CUSTOMER}:
        return {row["id"] for row in rows}
    if rows and "customer_id" in rows[0]:
        return {row["customer_id"] for row in rows if row["customer_id"]}
    accounts = {row["account_id"] for row in rows}
    found = connection.scalars(select(ACCESS.c.customer_id).where(ACCESS.c.account_id.in_(accounts)).distinct()) if accounts else ()
    return set(found)


def _chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (values[start : start + CHUNK] for start in range(0, len(values), CHUNK))


def _rejected_place(run: str, number: int) -> str:
    return place_of("rejected_row", f"{run}/{number}", "text")
