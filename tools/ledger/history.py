"""A history: all that one principal may see of one customer, as of one business date."""

from datetime import date

from tools.ledger.account import Account, Contract, Holding
from tools.ledger.customer import AccountPart, Customer, Party, Profile
from tools.ledger.note import Flag, Interaction, Note
from tools.ledger.transaction import Transaction
from tools.value import Value


class History(Value):
    """One customer as of `as_of`: nothing in it is later (accounts opened later are absent, contracts that start later too).

    `transactions` are ordered by booked_on, then by the source's own order. `as_of` is the business date of the source (its
    latest booking), not today.
    """

    customer: Customer
    profile: Profile
    as_of: date
    accounts: tuple[Account, ...]
    parties: tuple[Party, ...] = ()
    parts: tuple[AccountPart, ...] = ()
    holdings: tuple[Holding, ...] = ()
    contracts: tuple[Contract, ...] = ()
    transactions: tuple[Transaction, ...] = ()
    notes: tuple[Note, ...] = ()
    interactions: tuple[Interaction, ...] = ()
    flags: tuple[Flag, ...] = ()
