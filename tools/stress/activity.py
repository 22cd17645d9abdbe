"""A customer's activity: whole numbers by day and channel over the last half year, and the balances before it.

A booking only ever adds to the cell of its own day, or to the balances before the window when it is older. Sums do not ask in
which order they were made, so a stream of shuffled and late bookings leaves the same bytes as one pass over the history. When a
newer day arrives, days that leave the window add their nets to the balances before it. The size does not grow with the history.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from struct import Struct

import numpy as np
from numpy.typing import NDArray

from tools.errors import UsageError
from tools.ledger.account import Account, AccountKind
from tools.ledger.history import History
from tools.ledger.movements import main_currency
from tools.ledger.transaction import Transaction
from tools.stress.channel import BALANCES, NET_OF, WINDOW_DAYS, Channel
from tools.stress.families.registry import posts_by_sort, sort_code

Ints = NDArray[np.int64]

#: Layout number, channels, last day, first day, bytes of a value, cells that are not zero.
_HEAD = Struct("<BBiiBH")
_LAYOUT = 1
_BEFORE_BYTES = 8 * len(BALANCES)


@dataclass(frozen=True, eq=False)
class Activity:
    """The state of one customer; treat its arrays as frozen.

    Attributes:
        last_day: ordinal of the newest day of the window, 0 before the first booking.
        first_day: ordinal of the first booking ever, 0 for none.
        before: balances before the window in minor units: everyday, savings, card.
        cells: [WINDOW_DAYS, channels], oldest day first.
    """

    last_day: int
    first_day: int
    before: Ints
    cells: Ints

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Activity) and self.to_bytes() == other.to_bytes()

    def __hash__(self) -> int:
        return hash(self.to_bytes())

    def to_bytes(self) -> bytes:
        """The cells that are not zero, with the narrowest integers that hold them all: equal activities have equal bytes."""
        flat = self.cells.reshape(-1)
        places = np.flatnonzero(flat)
        values = flat[places]
        width = _width(values)
        head = _HEAD.pack(_LAYOUT, len(Channel), self.last_day, self.first_day, width, len(places))
        return b"".join((head, self.before.astype("<i8").tobytes(), places.astype("<u2").tobytes(), values.astype(f"<i{width}").tobytes()))

    @classmethod
    def from_bytes(cls, data: bytes) -> "Activity":
        """The activity that gave these bytes.

        Raises:
            UsageError: (`bad_activity`) bytes of another layout, or cut short.
        """
        if len(data) < _HEAD.size + _BEFORE_BYTES:
            raise _unreadable()
        layout, channels, last_day, first_day, width, count = _HEAD.unpack_from(data)
        after = _HEAD.size + _BEFORE_BYTES + 2 * count
        if (layout, channels) != (_LAYOUT, len(Channel)) or width not in (4, 8) or len(data) != after + width * count:
            raise _unreadable()
        before = np.frombuffer(data, "<i8", len(BALANCES), _HEAD.size).astype(np.int64)
        places = np.frombuffer(data, "<u2", count, _HEAD.size + _BEFORE_BYTES)
        cells = np.zeros(WINDOW_DAYS * len(Channel), dtype=np.int64)
        cells[places] = np.frombuffer(data, f"<i{width}", count, after)
        return cls(last_day, first_day, before, cells.reshape(WINDOW_DAYS, len(Channel)))


@dataclass(frozen=True)
class Bookings:
    """Bookings as columns: ordinal of the day, signed minor units, and the code of what sort of booking it is."""

    day: Ints
    amount: Ints
    sort: NDArray[np.intp]


def bookings_of(transactions: Iterable[Transaction], kinds: Mapping[str, AccountKind]) -> Bookings:
    """The columns of transactions; `kinds` by account id.

    Raises:
        KeyError: a transaction of an account that is not named.
    """
    rows = [(move.booked_on.toordinal(), move.amount_minor, _sort(move, kinds[move.account_id])) for move in transactions]
    columns = np.array(rows, dtype=np.int64).reshape(len(rows), 3)
    return Bookings(columns[:, 0], columns[:, 1], columns[:, 2].astype(np.intp))


def opened(accounts: Iterable[Account]) -> Activity:
    """The activity of a customer before the first booking, with the opening balances of these accounts (one currency)."""
    before = np.zeros(len(BALANCES), dtype=np.int64)
    for account in accounts:
        before[NET_OF[account.kind]] += account.opening_balance_minor
    return Activity(0, 0, before, np.zeros((WINDOW_DAYS, len(Channel)), dtype=np.int64))


def update(activity: Activity, transaction: Transaction, kind: AccountKind) -> Activity:
    """The activity with one more booking, on an account of that kind; the booking may be late or ancient."""
    day = transaction.booked_on.toordinal()
    moved = advance(activity, day)
    before, cells = moved.before.copy(), moved.cells.copy()
    at = day - moved.last_day + WINDOW_DAYS - 1
    for channel, sign, count in posts_by_sort()[_sort(transaction, kind)]:
        added = sign * transaction.amount_minor + count
        if at >= 0:
            cells[at, channel] += added
        elif channel in BALANCES:
            before[channel] += added
    return Activity(moved.last_day, min(moved.first_day or day, day), before, cells)


def update_many(activities: Sequence[Activity], owner: NDArray[np.intp], bookings: Bookings) -> list[Activity]:
    """Many bookings at once: the same as `update` one by one.

    Args:
        activities: the customers' activities; those without a booking come back as they are.
        owner: [bookings] place of each booking's customer in `activities`.
        bookings: in any order.
    """
    if not len(owner):
        return list(activities)
    touched, place = np.unique(owner, return_inverse=True)
    newest, oldest = np.zeros(len(touched), dtype=np.int64), np.full(len(touched), np.iinfo(np.int64).max)
    np.maximum.at(newest, place, bookings.day)
    np.minimum.at(oldest, place, bookings.day)
    places = [int(at) for at in touched]
    held = [activities[at] for at in places]
    last = np.maximum(newest, np.array([each.last_day for each in held], dtype=np.int64))
    before = np.empty((len(touched), len(BALANCES)), dtype=np.int64)
    cells = np.empty((len(touched), WINDOW_DAYS, len(Channel)), dtype=np.int64)
    for row, each in enumerate(held):
        before[row] = _shifted(each, int(last[row]), cells[row])
    _post(bookings, place, last, before, cells)
    updated = list(activities)
    for row, at in enumerate(places):
        first = min(held[row].first_day or int(oldest[row]), int(oldest[row]))
        updated[at] = Activity(int(last[row]), first, before[row], cells[row])
    return updated


def advance(activity: Activity, to_day: int) -> Activity:
    """The activity when time has passed without bookings; itself when `to_day` is not later."""
    if to_day <= activity.last_day:
        return activity
    cells = np.empty_like(activity.cells)
    before = _shifted(activity, to_day, cells)
    return Activity(to_day, activity.first_day, before, cells)


def activity_of(history: History, on: date | None = None) -> Activity:
    """The activity of a history as of `on` (its business date if none), in its main currency: what the stream would have left."""
    return activities_of(history, (on or history.as_of,))[0]


def activities_of(history: History, days: Sequence[date]) -> list[Activity]:
    """The activity as of each of several days, from one reading of the history."""
    currency = main_currency(history)
    accounts = [account for account in history.accounts if account.currency == currency]
    kinds: dict[str, AccountKind] = {account.id: account.kind for account in accounts}
    kept = [move for move in history.transactions if move.account_id in kinds and move.currency == currency]
    bookings = bookings_of(kept, kinds)
    found: list[Activity] = []
    for on in days:
        inside = bookings.day <= on.toordinal()
        own = Bookings(bookings.day[inside], bookings.amount[inside], bookings.sort[inside])
        start = opened(account for account in accounts if account.opened_on <= on)
        held = update_many([start], np.zeros(len(own.day), dtype=np.intp), own)[0]
        found.append(advance(held, on.toordinal()))
    return found


def _sort(transaction: Transaction, kind: AccountKind) -> int:
    return sort_code(transaction.category, kind, transaction.amount_minor > 0, transaction.status == "failed")


def _shifted(activity: Activity, last_day: int, cells: Ints) -> Ints:
    """Writes the cells as of a later last day into `cells`; gives the balances before them."""
    days = min(last_day - activity.last_day, WINDOW_DAYS)
    cells[: WINDOW_DAYS - days] = activity.cells[days:]
    cells[WINDOW_DAYS - days :] = 0
    return activity.before + activity.cells[:days, : len(BALANCES)].sum(axis=0)


@lru_cache(maxsize=1)
def _table() -> tuple[Ints, Ints, Ints]:
    """What each sort of booking adds, as arrays [sort, post] of channel, sign of the amount, and count; padded with nothing."""
    sorts = posts_by_sort()
    table = np.zeros((3, len(sorts), max(map(len, sorts))), dtype=np.int64)
    for at, posts in enumerate(sorts):
        table[:, at, : len(posts)] = np.array(posts, dtype=np.int64).reshape(len(posts), 3).T
    return table[0], table[1], table[2]


def _post(bookings: Bookings, row: NDArray[np.intp], last: Ints, before: Ints, cells: Ints) -> None:
    """Adds bookings to the rows of blocks of cells [row, day, channel] and of balances before them, in place."""
    channels, signs, counts = (column[bookings.sort] for column in _table())
    added = bookings.amount[:, None] * signs + counts
    day = bookings.day - last[row] + WINDOW_DAYS - 1
    inside = (day >= 0)[:, None] & (added != 0)
    place = (row * WINDOW_DAYS + day)[:, None] * len(Channel) + channels
    np.add.at(cells.reshape(-1), place[inside], added[inside])
    earlier = (day < 0)[:, None] & (added != 0) & (channels < len(BALANCES))
    np.add.at(before.reshape(-1), (row[:, None] * len(BALANCES) + channels)[earlier], added[earlier])


def _width(values: Ints) -> int:
    """Bytes of one value: 4 where all fit."""
    narrow = np.iinfo(np.int32)
    return 4 if not len(values) or (values.min() >= narrow.min and values.max() <= narrow.max) else 8


def _unreadable() -> UsageError:
    return UsageError("This customer's activity was kept by another version. Rebuild it from the bookings.", code="bad_activity")


#: No booking, no account.
EMPTY = opened(())
