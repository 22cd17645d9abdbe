"""What an importer read: the values to keep, the rows it could not use, and how many there were of each."""

from dataclasses import dataclass
from datetime import date

from tools.ledger.account import Account, Contract, Holding
from tools.ledger.customer import AccountPart, Customer, Party, Profile, ProtectedAttributes
from tools.ledger.transaction import Transaction

_EXCERPT = 120


@dataclass(frozen=True)
class RejectedRow:
    """A row that was not imported. `text_excerpt` is untrusted text."""

    file: str
    line: int
    reason: str
    text_excerpt: str


@dataclass(frozen=True)
class FileCount:
    """Rows of one file: `read` is all of them, `kept + repeated + rejected + left_out == read`.

    Attributes:
        repeated: the same record again, word for word.
        left_out: nothing wrong, and nothing to keep yet (a note says why).
    """

    file: str
    read: int
    kept: int
    repeated: int = 0
    rejected: int = 0
    left_out: int = 0


@dataclass(frozen=True)
class ImportBatch:
    """All that one import holds, keyed by source and external id. A dataclass: its records were validated one by one.

    Attributes:
        transactions: by account, then day; within a day in the order in which the reported balances follow each other. This
            order is the source's own and must be kept.
        rejected: every row that was not imported, in the order of the files.
        notes: sentences about what was missing or left out.
    """

    source: str
    customers: tuple[Customer, ...]
    profiles: tuple[Profile, ...]
    parties: tuple[Party, ...]
    parts: tuple[AccountPart, ...]
    accounts: tuple[Account, ...]
    holdings: tuple[Holding, ...]
    contracts: tuple[Contract, ...]
    transactions: tuple[Transaction, ...]
    protected: tuple[ProtectedAttributes, ...]
    rejected: tuple[RejectedRow, ...]
    counts: tuple[FileCount, ...]
    notes: tuple[str, ...] = ()

    @property
    def latest_booking_on(self) -> date | None:
        """The latest booking: the business date of the source, should this be all of it."""
        return max((transaction.booked_on for transaction in self.transactions), default=None)


def excerpt(text: str) -> str:
    """The start of a row, on one line."""
    return " ".join(text.split())[:_EXCERPT]
