"""A generated bank: the values of an import batch, and whose book each customer is in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Protocol, TypeVar

from tools.ledger.account import Account, Contract, Holding
from tools.ledger.customer import AccountPart, Customer, Party, Profile, ProtectedAttributes
from tools.ledger.note import Flag, Interaction, Note
from tools.population.booked import TransactionTable


@dataclass(frozen=True, eq=False)
class GeneratedBank:
    """Customers with all that belongs to them. `transactions` is a sequence that makes its values when iterated.

    `books` maps the login of a relationship manager to the ids of the customers in that book.
    """

    source: str
    customers: tuple[Customer, ...] = ()
    parties: tuple[Party, ...] = ()
    parts: tuple[AccountPart, ...] = ()
    accounts: tuple[Account, ...] = ()
    holdings: tuple[Holding, ...] = ()
    contracts: tuple[Contract, ...] = ()
    profiles: tuple[Profile, ...] = ()
    protected: tuple[ProtectedAttributes, ...] = ()
    transactions: TransactionTable = field(default_factory=TransactionTable)
    notes: tuple[Note, ...] = ()
    interactions: tuple[Interaction, ...] = ()
    flags: tuple[Flag, ...] = ()
    rejected: tuple[()] = ()
    books: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    def only(self, customers: frozenset[str], book: str) -> "GeneratedBank":
        """The bank of these customers alone, as the book of one relationship manager."""
        accounts = tuple(value for value in self.accounts if value.customer_id in customers)
        held = {account.id for account in accounts}
        parts = tuple(value for value in self.parts if value.account_id in held)
        mine = {part.party_id for part in parts}
        return GeneratedBank(
            source=self.source,
            customers=tuple(value for value in self.customers if value.id in customers),
            parties=tuple(value for value in self.parties if value.id in mine),
            parts=parts,
            accounts=accounts,
            holdings=_of(self.holdings, customers),
            contracts=_of(self.contracts, customers),
            profiles=_of(self.profiles, customers),
            protected=_of(self.protected, customers),
            notes=_of(self.notes, customers),
            interactions=_of(self.interactions, customers),
            flags=_of(self.flags, customers),
            transactions=self.transactions.only(customers),
            books={book: tuple(value.id for value in self.customers if value.id in customers)},
        )


class _Owned(Protocol):
    """A record that belongs to one customer."""

    @property
    def customer_id(self) -> str: ...


Owned = TypeVar("Owned", bound=_Owned)


def _of(values: tuple[Owned, ...], customers: frozenset[str]) -> tuple[Owned, ...]:
    return tuple(value for value in values if value.customer_id in customers)


def joined(source: str, banks: Iterable[GeneratedBank]) -> GeneratedBank:
    """One bank of several, in their order."""
    parts = tuple(banks)
    books: dict[str, tuple[str, ...]] = {}
    for login, clients in chain.from_iterable(bank.books.items() for bank in parts):
        books[login] = (*books.get(login, ()), *clients)
    return GeneratedBank(
        source=source,
        customers=tuple(chain.from_iterable(bank.customers for bank in parts)),
        parties=tuple(chain.from_iterable(bank.parties for bank in parts)),
        parts=tuple(chain.from_iterable(bank.parts for bank in parts)),
        accounts=tuple(chain.from_iterable(bank.accounts for bank in parts)),
        holdings=tuple(chain.from_iterable(bank.holdings for bank in parts)),
        contracts=tuple(chain.from_iterable(bank.contracts for bank in parts)),
        profiles=tuple(chain.from_iterable(bank.profiles for bank in parts)),
        protected=tuple(chain.from_iterable(bank.protected for bank in parts)),
        transactions=TransactionTable.joined(bank.transactions for bank in parts),
        notes=tuple(chain.from_iterable(bank.notes for bank in parts)),
        interactions=tuple(chain.from_iterable(bank.interactions for bank in parts)),
        flags=tuple(chain.from_iterable(bank.flags for bank in parts)),
        books=books,
    )
