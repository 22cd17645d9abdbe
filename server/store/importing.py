"""What an import brings and what came of it, as plain values."""

from collections.abc import Iterable
from typing import Any, Protocol

from tools.ledger.account import Account, Contract, Holding
from tools.ledger.customer import AccountPart, Customer, Party, Profile, ProtectedAttributes
from tools.ledger.note import Flag, Interaction, Note
from tools.ledger.transaction import Transaction
from tools.value import Value

DIFFERS = "differs from what is booked"


class Batch(Protocol):
    """What `LedgerStore.add_batch` takes; `source` is required, every other attribute may be missing and is then empty.

    `rejected` are rows that the importer could not read: objects with `file`, `line`, `reason` and `text_excerpt`; they are
    listed, and counted by the importer. `notes` are `Note` values; the sentences by which an importer says what it left out,
    which may stand there too, are no notes about anybody.
    """

    @property
    def source(self) -> str:
        """Name of the source."""
        ...


class Rejection(Value):
    """One row that was not taken. `line` is None for what has no line of its own."""

    file: str
    line: int | None
    reason: str
    text: str


class Counted(Value):
    """What came of the rows of one noun: read = added + known + rejected."""

    read: int = 0
    added: int = 0
    known: int = 0
    rejected: int = 0

    def __add__(self, other: "Counted") -> "Counted":
        """Both together."""
        return Counted(**{name: getattr(self, name) + getattr(other, name) for name in Counted.model_fields})


class ImportCounts(Value):
    """The result of an import; `model_dump()` is the last line of `--json`. Rejections are read with `rejections_of`."""

    customers: Counted = Counted()
    accounts: Counted = Counted()
    transactions: Counted = Counted()

    def __add__(self, other: "ImportCounts") -> "ImportCounts":
        """Both together, as what an importer left out and what the store made of the rest."""
        return ImportCounts(**{name: getattr(self, name) + getattr(other, name) for name in ImportCounts.model_fields})


class Contents(Value):
    """A batch with its missing parts filled in. Transactions may be a generator, read once."""

    model_config = {"arbitrary_types_allowed": True}

    source: str
    customers: tuple[Customer, ...]
    parties: tuple[Party, ...]
    parts: tuple[AccountPart, ...]
    accounts: tuple[Account, ...]
    holdings: tuple[Holding, ...]
    contracts: tuple[Contract, ...]
    profiles: tuple[Profile, ...]
    protected: tuple[ProtectedAttributes, ...]
    notes: tuple[Note, ...]
    interactions: tuple[Interaction, ...]
    flags: tuple[Flag, ...]
    rejected: tuple[Rejection, ...]


def contents_of(batch: Batch) -> Contents:
    """Everything of a batch but its transactions."""
    rejected = tuple(
        Rejection(file=str(row.file), line=row.line, reason=row.reason, text=row.text_excerpt) for row in _part(batch, "rejected")
    )
    notes = tuple(note for note in _part(batch, "notes") if isinstance(note, Note))
    names = [name for name in Contents.model_fields if name not in {"source", "rejected", "notes"}]
    return Contents(source=batch.source, rejected=rejected, notes=notes, **{name: tuple(_part(batch, name)) for name in names})


def transactions_of(batch: Batch) -> Iterable[Transaction]:
    """The movements of a batch."""
    return _part(batch, "transactions")


def _part(batch: Batch, name: str) -> Iterable[Any]:
    return getattr(batch, name, ())
