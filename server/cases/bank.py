"""Generated banks: a file names the populations, and the same file gives the same cases.

Trouble is penalty interest, a debit that came back unpaid, or an account below its agreed overdraft (below zero without one).
"""

import tomllib
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

from pydantic import Field, ValidationError

from server.cases.histories import HORIZON_DAYS, Watched, cases_of, with_events
from tools.errors import UsageError
from tools.ledger.account import Account
from tools.ledger.history import History
from tools.ledger.transaction import Transaction
from tools.population.bank import GeneratedBank
from tools.population.generate import generate
from tools.population.spec import PopulationSpec
from tools.stress.learn.cases import Cases
from tools.stress.learn.trouble import trouble_days
from tools.value import Value

_EVERYDAY = ("current", "business")


class BankFile(Value):
    """What to generate, and on which days to look.

    Attributes:
        populations: each a bank of its own; all end on the same day.
        every_days: days between two cutoffs.
        least_days: history that a customer needs.
    """

    populations: tuple[PopulationSpec, ...] = Field(min_length=1)
    every_days: int = Field(default=28, ge=7)
    least_days: int = Field(default=90, ge=30)


class BankCases:
    """Cases of the customers of generated banks, each under the seed of its bank and its number."""

    def __init__(self, path: Path) -> None:
        self._file = _read(path)

    def cutoffs(self) -> tuple[date, ...]:
        """Days whose outcome is known, from the youngest history that is long enough."""
        spec = self._file.populations[0]
        last = spec.as_of - timedelta(days=HORIZON_DAYS)
        first = spec.as_of - timedelta(days=30 * spec.months - self._file.least_days)
        days = range(last.toordinal(), first.toordinal(), -self._file.every_days)
        return tuple(date.fromordinal(day) for day in reversed(days))

    def cases(self, cutoffs: Sequence[date]) -> Cases:
        """Inputs of every customer whose history is long enough."""
        return cases_of(self._watched, cutoffs, self._file.least_days, "bank", "trouble_90d")

    def with_outcomes(self, cases: Cases) -> Cases:
        """The first trouble after each cutoff."""
        events = {one.id: list(_trouble(one.history)) for one in self._watched}
        return with_events(cases, events, self._file.populations[0].as_of)

    @cached_property
    def _watched(self) -> list[Watched]:
        return [one for spec in self._file.populations for one in watched_customers(generate(spec), spec)]


def _read(path: Path) -> BankFile:
    try:
        return BankFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise UsageError(
            f"{path.name} names no populations to generate ({type(error).__name__}). Write it like stress.toml of the demo bank.",
            code="bad_file",
        ) from None


def watched_customers(bank: GeneratedBank, spec: PopulationSpec) -> Iterable[Watched]:
    """The customers of a generated bank who have a booking, with their histories."""
    accounts: dict[str, list[Account]] = {}
    for account in bank.accounts:
        accounts.setdefault(account.customer_id, []).append(account)
    owner = {account.id: account.customer_id for account in bank.accounts}
    booked: dict[str, list[Transaction]] = {}
    for transaction in bank.transactions:
        booked.setdefault(owner[transaction.account_id], []).append(transaction)
    profiles = {profile.customer_id: profile for profile in bank.profiles}
    for customer in bank.customers:
        held = tuple(accounts.get(customer.id, ()))
        history = History(
            customer=customer,
            profile=profiles[customer.id],
            as_of=spec.as_of,
            accounts=held,
            transactions=tuple(booked.get(customer.id, ())),
        )
        if history.transactions:
            yield Watched(f"{spec.seed}-{customer.external_id}", history)


def _trouble(history: History) -> Iterable[date]:
    overdrafts = {account.id: account.overdraft_limit_minor for account in history.accounts if account.kind in _EVERYDAY}
    return trouble_days(history.transactions, overdrafts)
