"""The PKDD'99 bank: real stress is penalty interest or a balance below zero within 90 days."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

from server.cases.histories import HORIZON_DAYS, Watched, cases_of, weekly, with_events
from server.importers.batch import ImportBatch
from server.importers.berka import read_berka
from tools.errors import ImportRefused, UsageError
from tools.ledger.history import History
from tools.ledger.reconcile import running_balances
from tools.ledger.transaction import Transaction
from tools.stress.learn.cases import Cases

#: An account is scored from this age on.
LEAST_DAYS = 80


class BerkaCases:
    """Cases of the accounts of a folder, each account by itself under its own number."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def cutoffs(self) -> tuple[date, ...]:
        """Every week whose outcome is known, from the day on which the oldest account is old enough."""
        return weekly(self._first + timedelta(days=LEAST_DAYS), self._last - timedelta(days=HORIZON_DAYS))

    def cases(self, cutoffs: Sequence[date]) -> Cases:
        """Inputs of every account that is old enough."""
        for cutoff in cutoffs:
            if not self._first <= cutoff <= self._last:
                raise UsageError(f"{cutoff} lies outside the data. Choose a day from {self._first} to {self._last}.", code="bad_cutoff")
        return cases_of(self._watched(), cutoffs, LEAST_DAYS, "berka", "penalty_or_negative_90d")

    def with_outcomes(self, cases: Cases) -> Cases:
        """The first booking after the cutoff that is penalty interest or leaves the account below zero."""
        events = {
            account.external_id: [
                booking.booked_on
                for booking, balance in zip(own, running_balances(account, own).tolist(), strict=True)
                if balance < 0 or booking.category == "penalty_interest"
            ]
            for account in self._batch.accounts
            if (own := self._booked.get(account.id))
        }
        return with_events(cases, events, self._last)

    def _watched(self) -> list[Watched]:
        customers = {each.id: each for each in self._batch.customers}
        profiles = {each.customer_id: each for each in self._batch.profiles}
        found: list[Watched] = []
        for account in self._batch.accounts:
            own = self._booked.get(account.id)
            if own:
                history = History(
                    customer=customers[account.customer_id],
                    profile=profiles[account.customer_id],
                    as_of=self._last,
                    accounts=(account,),
                    transactions=tuple(own),
                )
                found.append(Watched(account.external_id, history))
        return found

    @cached_property
    def _batch(self) -> ImportBatch:
        batch = read_berka(self._folder)
        if not batch.transactions:
            raise ImportRefused(f"{self._folder.name!r} holds no booking that can be read. Put the whole trans table there.")
        return batch

    @cached_property
    def _booked(self) -> dict[str, list[Transaction]]:
        booked: dict[str, list[Transaction]] = {}
        for transaction in self._batch.transactions:
            booked.setdefault(transaction.account_id, []).append(transaction)
        return booked

    @cached_property
    def _first(self) -> date:
        return min(each.booked_on for each in self._batch.transactions)

    @cached_property
    def _last(self) -> date:
        return max(each.booked_on for each in self._batch.transactions)
