"""Taking events: one batch is one transaction of the database, and however often it is delivered, it counts once.

Bookings, activities, scores, snapshots, live news, the business date and what is set aside are committed together or not at all, so a
crash at any point leaves a bank that has taken a batch or has not. Ids of events are looked up before anything is changed: a batch
that comes again finds everything known and changes nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import Connection, func, select

from server.store.cipher import Cipher, FieldKey
from server.store.database import Database
from server.store.history_reader import HistoryReader
from server.store.known_accounts import Held, KnownAccount, held_by, held_by_owners_of
from server.store.ledger_rows import TRANSACTION
from server.store.set_aside import SetAside
from server.store.stress_record import StressRecord
from server.store.stress_states import StressState
from server.store.tables.account import ACCESS, ACCOUNTS
from server.store.tables.importing import BUSINESS_DATES
from server.store.tables.transaction import TRANSACTIONS
from server.store.upsert import put, put_new
from server.stream.rescored import Moved, Rescored
from server.stream.sift import Read, Sifted, differing, of_erased, read_bodies, refusal
from tools.errors import UnavailableError
from tools.ledger.account import Account, AccountKind
from tools.stress.activity import EMPTY, bookings_of, opened, update_many

#: Ids in one question to the database.
_AT_ONCE = 5000


@dataclass(frozen=True)
class Applied:
    """What came of a batch: events = added + known + set aside."""

    events: int = 0
    added: int = 0
    known: int = 0
    aside: Mapping[str, int] = field(default_factory=dict[str, int])
    moved: Mapping[str, date] = field(default_factory=dict[str, date])


@dataclass(frozen=True)
class _Sealed:
    """An event ready to be written: its row, and what it says."""

    read: Read
    account: KnownAccount
    row: dict[str, Any]


class Ingest:
    """Takes batches. Two of them may run at once: on one database they take turns."""

    def __init__(
        self,
        database: Database,
        cipher: Cipher,
        record: StressRecord,
        rescored: Rescored,
        shelf: SetAside,
        today: Callable[[], date],
    ) -> None:
        """`today` is the day after which nothing can have been booked yet."""
        self._database = database
        self._cipher = cipher
        self._record = record
        self._rescored = rescored
        self._shelf = shelf
        self._today = today
        self._reader = HistoryReader(database, cipher)

    def apply(self, bodies: Sequence[bytes]) -> Applied:
        """Take the events of one batch.

        Raises:
            UnavailableError: the database or a key fails; nothing of the batch was taken.
        """
        sifted = read_bodies(bodies)
        with self._database.reading() as connection:
            held = held_by_owners_of(connection, {one.transaction.account_id for one in sifted.read})
        sealed = self._sealed(sifted, held)
        aside = self._shelf.sealed(sifted.aside)
        with self._database.writing() as connection:
            self._database.lock(connection, "import")
            new, known, other = _sorted(connection, sealed)
            moved = self._book(connection, new, held) if new else {}
            late = [differing(one.read, one.account.owner) for one in other]
            self._shelf.add(connection, [*aside, *self._shelf.sealed(late)])
        codes = Counter(one.code for one in (*sifted.aside, *late))
        return Applied(len(bodies), len(new), known, dict(codes), moved)

    def _sealed(self, sifted: Sifted, held: Held) -> list[_Sealed]:
        """The rows of what can be booked; what cannot is set aside."""
        accounts = {account.id: account for owned in held.values() for account in owned}
        keys = self._keys({account.owner for account in accounts.values()})
        today = self._today()
        found: list[_Sealed] = []
        for read in sifted.read:
            account = accounts.get(read.transaction.account_id)
            refused = refusal(read, account, today)
            if refused is not None and (account is None or account.owner in keys):
                sifted.aside.append(refused)
            elif account is None or account.owner not in keys:
                sifted.aside.append(of_erased(read))
            else:
                found.append(_Sealed(read, account, TRANSACTION.row(read.transaction, keys[account.owner])))
        return found

    def _keys(self, subjects: set[str]) -> dict[str, FieldKey]:
        """The keys of these customers, but for those who have been erased."""
        try:
            return self._cipher.keys(subjects)
        except UnavailableError as error:
            if error.code != "erased":
                raise
        found: dict[str, FieldKey] = {}
        for subject in subjects:
            try:
                found[subject] = self._cipher.key(subject)
            except UnavailableError as error:
                if error.code != "erased":
                    raise
        return found

    def _book(self, connection: Connection, new: Sequence[_Sealed], held: Held) -> dict[str, date]:
        """Write new bookings and all that follows from them. Returns the sources whose business date has moved."""
        start = connection.scalar(select(func.coalesce(func.max(TRANSACTIONS.c.position), 0))) or 0
        for position, one in enumerate(new, start=start + 1):
            one.row["position"] = position
        put_new(connection, TRANSACTIONS, [one.row for one in new])
        before = _business_dates(connection, {one.read.transaction.source for one in new})
        on = _newest(before, new)
        moved = {source: day for source, day in on.items() if day != before.get(source)}
        put(connection, BUSINESS_DATES, [{"source": source, "as_of": day} for source, day in moved.items()])
        joined = {
            source: held_by(connection, _opened_between(connection, source, before.get(source), day)) for source, day in moved.items()
        }
        everybody: dict[str, tuple[KnownAccount, ...]] = {**held}
        for accounts in joined.values():
            everybody.update(accounts)
        states = self._states(connection, new, everybody, {one for accounts in joined.values() for one in accounts})
        states = _with_opened(states, everybody, before, on)
        changed, balances = _updated(states, new, everybody)
        self._rescored.keep(connection, changed, everybody, on, balances)
        return moved

    def _states(self, connection: Connection, new: Sequence[_Sealed], held: Held, joined: set[str]) -> dict[str, StressState]:
        """The states of everybody whom new bookings or newly opened accounts concern, as they were before this batch."""
        named = {one.account.id for one in new}
        ids = [customer for customer, accounts in held.items() if customer in joined or any(account.id in named for account in accounts)]
        states = self._record.states.states(connection, ids)
        missing = [customer_id for customer_id in ids if customer_id not in states]
        # Read on a connection of its own, which sees what was committed before this batch; nobody else writes meanwhile.
        for history in self._reader.histories(missing):
            one = self._record.restated(history)
            states[one.customer_id] = StressState(one.activity, one.currency)
        for customer_id in missing:
            if customer_id not in states:
                states[customer_id] = StressState(EMPTY, min(account.currency for account in held[customer_id]))
        return states


def _sorted(connection: Connection, sealed: Sequence[_Sealed]) -> tuple[list[_Sealed], int, list[_Sealed]]:
    """What is new, how many are known, and what is known with other content."""
    held: dict[str, bytes] = {}
    for start in range(0, len(sealed), _AT_ONCE):
        ids = [one.read.transaction.id for one in sealed[start : start + _AT_ONCE]]
        rows = connection.execute(select(TRANSACTIONS.c.id, TRANSACTIONS.c.fingerprint).where(TRANSACTIONS.c.id.in_(ids)))
        held.update({row.id: bytes(row.fingerprint) for row in rows})
    new, other, known = list[_Sealed](), list[_Sealed](), 0
    for one in sealed:
        fingerprint = one.row["fingerprint"]
        if one.read.transaction.id not in held:
            held[one.read.transaction.id] = fingerprint
            new.append(one)
        elif held[one.read.transaction.id] == fingerprint:
            known += 1
        else:
            other.append(one)
    return new, known, other


def _business_dates(connection: Connection, sources: Iterable[str]) -> dict[str, date]:
    rows = connection.execute(select(BUSINESS_DATES).where(BUSINESS_DATES.c.source.in_(list(sources))))
    return {row.source: row.as_of for row in rows}


def _newest(before: Mapping[str, date], new: Sequence[_Sealed]) -> dict[str, date]:
    """The business date of each source after these bookings."""
    found = dict(before)
    for one in new:
        transaction = one.read.transaction
        found[transaction.source] = max(found.get(transaction.source, transaction.booked_on), transaction.booked_on)
    return found


def _opened_between(connection: Connection, source: str, after: date | None, until: date) -> list[str]:
    """Customers with an account that was opened after one business date and by the next: it is part of their picture from then on."""
    opened_on = ACCOUNTS.c.opened_on
    since = opened_on <= until if after is None else (opened_on > after) & (opened_on <= until)
    query = select(ACCESS.c.customer_id).join(ACCOUNTS, ACCOUNTS.c.id == ACCESS.c.account_id)
    return list(connection.scalars(query.where(ACCOUNTS.c.source == source, since).distinct()))


def _with_opened(
    states: Mapping[str, StressState], held: Held, before: Mapping[str, date], on: Mapping[str, date]
) -> dict[str, StressState]:
    """The states with the opening balances of accounts that were opened since the business date before."""
    found = dict(states)
    for customer_id, state in states.items():
        source = customer_id.partition(":")[0]
        fresh = [
            Account.model_construct(kind=account.kind, opening_balance_minor=account.opening_minor)
            for account in held[customer_id]
            if account.currency == state.currency and before.get(source, date.min) < account.opened_on <= on[source]
        ]
        if fresh:
            activity = replace(state.activity, before=state.activity.before + opened(fresh).before)
            found[customer_id] = replace(state, activity=activity)
    return found


def _updated(states: Mapping[str, StressState], new: Sequence[_Sealed], held: Held) -> tuple[dict[str, StressState], dict[str, Moved]]:
    """The states with the new bookings, each in the activity of everybody who sees its account, and what moved on their balances."""
    ids = list(states)
    place = {customer_id: at for at, customer_id in enumerate(ids)}
    seen_by: dict[str, list[str]] = {}
    for customer_id in ids:
        for account in held[customer_id]:
            seen_by.setdefault(account.id, []).append(customer_id)
    pairs = [
        (place[customer_id], one)
        for one in new
        for customer_id in seen_by[one.account.id]
        if states[customer_id].currency == one.read.transaction.currency
    ]
    kinds: dict[str, AccountKind] = {one.account.id: one.account.kind for one in new}
    bookings = bookings_of((one.read.transaction for _, one in pairs), kinds)
    owner = np.array([at for at, _ in pairs], dtype=np.intp)
    activities = update_many([states[customer_id].activity for customer_id in ids], owner, bookings)
    counts = np.bincount(owner, minlength=len(ids)).tolist()
    changed = {
        customer_id: StressState(activity, states[customer_id].currency, states[customer_id].bookings + count)
        for customer_id, activity, count in zip(ids, activities, counts, strict=True)
    }
    return changed, _moved(ids, pairs)


def _moved(ids: Sequence[str], pairs: Sequence[tuple[int, _Sealed]]) -> dict[str, Moved]:
    """What bookings moved on everyday and savings accounts."""
    balances, savings = [0] * len(ids), [0] * len(ids)
    for at, one in pairs:
        transaction, kind = one.read.transaction, one.account.kind
        if transaction.status == "booked" and kind != "card":
            (savings if kind == "savings" else balances)[at] += transaction.amount_minor
    return dict(zip(ids, map(Moved, balances, savings), strict=True))
