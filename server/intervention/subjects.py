"""Customers for the simulator: twins fitted to the histories of a generated bank."""

from collections import defaultdict
from datetime import date
from typing import Protocol, TypeVar

from tools.errors import TooShortError
from tools.ledger.account import Contract
from tools.ledger.customer import Profile
from tools.ledger.features import features_of
from tools.ledger.history import History
from tools.ledger.transaction import Transaction
from tools.population.bank import GeneratedBank
from tools.population.generate import generate
from tools.population.spec import PopulationSpec
from tools.stress.intervention.book import Manner, Subject
from tools.stress.intervention.situation import LIKES, VULNERABLE
from tools.twin.fit.fit import fit_twin

_AS_OF = date(2026, 6, 30)
_MONTHS = 15


class _Owned(Protocol):
    """A record that belongs to one customer."""

    @property
    def customer_id(self) -> str: ...


Owned = TypeVar("Owned", bound=_Owned)


def generated_subjects(customers: int, seed: int) -> list[Subject]:
    """So many customers of a bank generated from `seed`, with their twins and with the consent and channel of their profiles."""
    bank = generate(PopulationSpec(seed=seed, customers=customers, as_of=_AS_OF, months=_MONTHS, source=f"simulated{seed}"))
    return subjects_of(bank, _AS_OF)


def subjects_of(bank: GeneratedBank, as_of: date) -> list[Subject]:
    """Everybody whose history is long enough for a twin."""
    profiles = {profile.customer_id: profile for profile in bank.profiles}
    flagged = {flag.customer_id for flag in bank.flags if flag.kind in VULNERABLE}
    found: list[Subject] = []
    for history in _histories(bank, as_of, profiles):
        profile = history.profile
        manner = Manner(
            consent=profile.consent_personalization,
            preference=LIKES.get(profile.preferred_channel, "any"),
            vulnerable=history.customer.id in flagged,
        )
        try:
            found.append(Subject(twin=fit_twin(history, features_of(history)), manner=manner))
        except TooShortError:
            continue
    return found


def _histories(bank: GeneratedBank, as_of: date, profiles: dict[str, Profile]) -> list[History]:
    accounts, holdings = _grouped(bank.accounts), _grouped(bank.holdings)
    owner = {account.id: account.customer_id for account in bank.accounts}
    holder = {holding.id: holding.customer_id for holding in bank.holdings}
    booked: dict[str, list[Transaction]] = defaultdict(list)
    contracts: dict[str, list[Contract]] = defaultdict(list)
    for transaction in bank.transactions:
        booked[owner[transaction.account_id]].append(transaction)
    for contract in bank.contracts:
        contracts[holder[contract.holding_id]].append(contract)
    return [
        History(
            customer=customer,
            profile=profiles[customer.id],
            as_of=as_of,
            accounts=tuple(accounts[customer.id]),
            holdings=tuple(holdings[customer.id]),
            contracts=tuple(contracts[customer.id]),
            transactions=tuple(sorted(booked[customer.id], key=lambda each: each.booked_on)),
        )
        for customer in bank.customers
    ]


def _grouped(values: tuple[Owned, ...]) -> dict[str, list[Owned]]:
    found: dict[str, list[Owned]] = defaultdict(list)
    for value in values:
        found[value.customer_id].append(value)
    return found
