"""Booked transactions: columns in memory, validated values at the edge.

A bank of half a million transactions is held as integers; iterating makes `Transaction` values in bulk, each validated by
pydantic, a few thousand at a time, so that nobody has to hold them all.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate, chain
from typing import Any, overload

from pydantic import TypeAdapter

from tools.ledger.transaction import Transaction
from tools.population.movement import Ints, Text
from tools.population.settle import ACCOUNT, AMOUNT, BALANCE, DAY, FAILED, MINUTE, TEXT

_MANY = TypeAdapter(list[Transaction])


@dataclass(frozen=True, eq=False)
class BookedRows:
    """The settled rows of one customer, in the order of time.

    Attributes:
        columns: integers, one row per transaction, columns as named in `tools.population.settle`.
        accounts: external ids of the accounts that the first column numbers.
        serials: number of each row on its account, from 1.
    """

    customer_id: str
    source: str
    currency: str
    first_day: date
    accounts: tuple[str, ...]
    texts: tuple[Text, ...]
    columns: Ints
    serials: Ints

    def __len__(self) -> int:
        return len(self.columns)

    def values(self, start: int, stop: int) -> list[Transaction]:
        """The transactions of the rows `start` to `stop`, validated."""
        midnight = datetime(self.first_day.year, self.first_day.month, self.first_day.day, tzinfo=UTC)
        pairs = zip(self.columns[start:stop].tolist(), self.serials[start:stop].tolist(), strict=True)
        return _MANY.validate_python([self._fields(row, serial, midnight) for row, serial in pairs])

    def _fields(self, row: list[int], serial: int, midnight: datetime) -> dict[str, Any]:
        account, text = self.accounts[row[ACCOUNT]], self.texts[row[TEXT]]
        external = f"{account}-{serial:05d}"
        return {
            "id": f"{self.source}:{external}",
            "source": self.source,
            "external_id": external,
            "account_id": f"{self.source}:{account}",
            "booked_on": self.first_day + timedelta(days=row[DAY]),
            "booked_at": midnight + timedelta(days=row[DAY], minutes=row[MINUTE]),
            "amount_minor": row[AMOUNT],
            "currency": self.currency,
            "balance_after_minor": row[BALANCE],
            "description": text.description,
            "counterparty": text.counterparty,
            "counterparty_account": text.counterparty_account,
            "category": text.category,
            "operation": text.operation,
            "status": "failed" if row[FAILED] else "booked",
        }


@dataclass(frozen=True, eq=False)
class ToldRows:
    """Transactions that somebody described one by one."""

    customer_id: str
    transactions: tuple[Transaction, ...]

    def __len__(self) -> int:
        return len(self.transactions)

    def values(self, start: int, stop: int) -> list[Transaction]:
        """Those from `start` to `stop`."""
        return list(self.transactions[start:stop])


class TransactionTable(Sequence[Transaction]):
    """All transactions of a bank, customer by customer, each in the order of time. A sequence that makes its values when asked."""

    def __init__(self, parts: Iterable[BookedRows | ToldRows] = ()) -> None:
        self.parts = tuple(part for part in parts if len(part))
        self._ends = list(accumulate(len(part) for part in self.parts))

    @classmethod
    def joined(cls, tables: Iterable["TransactionTable"]) -> "TransactionTable":
        """One table of several, in their order."""
        return cls(chain.from_iterable(table.parts for table in tables))

    def only(self, customers: frozenset[str]) -> "TransactionTable":
        """The transactions of these customers."""
        return TransactionTable(part for part in self.parts if part.customer_id in customers)

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def __iter__(self) -> Iterator[Transaction]:
        for part in self.parts:
            yield from part.values(0, len(part))

    @overload
    def __getitem__(self, index: int) -> Transaction: ...
    @overload
    def __getitem__(self, index: slice) -> list[Transaction]: ...
    def __getitem__(self, index: int | slice) -> Transaction | list[Transaction]:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        place = index + len(self) if index < 0 else index
        if not 0 <= place < len(self):
            raise IndexError(f"transaction {index} of {len(self)}")
        which = bisect_right(self._ends, place)
        inside = place - (self._ends[which - 1] if which else 0)
        return self.parts[which].values(inside, inside + 1)[0]
