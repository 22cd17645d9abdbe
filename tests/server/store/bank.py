"""Small banks made by code for the store's tests."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from agent.context import Principal
from tools.ledger.account import Account, Contract, Holding
from tools.ledger.customer import AccountPart, Customer, Party, Profile, ProtectedAttributes
from tools.ledger.history import History
from tools.ledger.note import Flag, Interaction
from tools.ledger.query import ClientSnapshot
from tools.ledger.transaction import Transaction
from tools.twin.outlook.outlook import Outlook
from tools.twin.twin import Twin

NOW = datetime(2026, 4, 1, 9, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Batch:
    source: str = "demo"
    customers: tuple[Customer, ...] = ()
    parties: tuple[Party, ...] = ()
    parts: tuple[AccountPart, ...] = ()
    accounts: tuple[Account, ...] = ()
    holdings: tuple[Holding, ...] = ()
    contracts: tuple[Contract, ...] = ()
    transactions: tuple[Transaction, ...] = ()
    profiles: tuple[Profile, ...] = ()
    protected: tuple[ProtectedAttributes, ...] = ()
    notes: tuple[Any, ...] = ()
    interactions: tuple[Interaction, ...] = ()
    flags: tuple[Flag, ...] = ()
    rejected: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Unread:
    """A row that an importer could not read."""

    file: str
    line: int
    reason: str
    text_excerpt: str


@dataclass
class Client:
    """A customer with one account, in a form that is short to write."""

    number: str
    name: str = "Anna Keller"
    source: str = "demo"
    opened: date = date(2025, 1, 1)
    currency: str = "GBP"
    booked: list[tuple[date, int]] = field(default_factory=list)
    account: str | None = None

    def batch(self) -> Batch:
        customer_id, account_id = f"{self.source}:{self.number}", f"{self.source}:{self.account or self.number}"
        return Batch(
            source=self.source,
            customers=(Customer(id=customer_id, source=self.source, external_id=self.number, name=self.name, joined_on=self.opened),),
            profiles=(Profile(customer_id=customer_id, email=f"{self.number}@example.org"),),
            accounts=(
                Account(
                    id=account_id,
                    source=self.source,
                    external_id=self.account or self.number,
                    customer_id=customer_id,
                    name="Current account",
                    currency=self.currency,
                    opened_on=self.opened,
                ),
            ),
            transactions=tuple(
                movement(account_id, f"{self.number}-{at}", day, amount, currency=self.currency)
                for at, (day, amount) in enumerate(self.booked)
            ),
        )


def movement(account_id: str, number: str, day: date, amount: int, **more: Any) -> Transaction:
    source = account_id.partition(":")[0]
    fields: dict[str, Any] = {"description": f"CANARY payment {number}", "counterparty": "Corner Shop", "currency": "GBP", **more}
    return Transaction(
        id=f"{source}:{number}", source=source, external_id=number, account_id=account_id, booked_on=day, amount_minor=amount, **fields
    )


def joined(*batches: Batch) -> Batch:
    """Several batches of one source as one."""
    names = [name for name in Batch.__dataclass_fields__ if name != "source"]
    return Batch(batches[0].source, **{name: sum((getattr(batch, name) for batch in batches), ()) for name in names})


def principal(role: Any, login: str, customer_id: str | None = None) -> Principal:
    return Principal(subject=f"s-{login}", login=login, role=role, name=login.upper(), customer_id=customer_id)


@dataclass(frozen=True)
class Summed:
    """The simplest summary that depends on every movement: the balance is `times` their sum, and so is the twin's."""

    times: int = 1
    outlook: Outlook | None = None

    def learn(self, histories: Iterable[History]) -> None:
        """Nothing is learnt."""

    def summarise(self, history: History, priors: object) -> "Summed.Summary":
        snapshot = _snapshot(history, self.times)
        return Summed.Summary(snapshot, _twin(snapshot), self.outlook)

    @dataclass(frozen=True)
    class Summary:
        snapshot: ClientSnapshot
        twin: Twin
        outlook: Outlook | None


def _twin(row: ClientSnapshot) -> Twin:
    return Twin(
        customer_id=row.customer_id, as_of=row.as_of, currency=row.currency, months_of_history=1, persona="saver", prior_weight=1,
        balance_minor=row.balance, savings_minor=0, income_level_minor=0, income_sd_minor=0, commitments_minor=0, spending_sd_minor=0,
        balance_level_minor=0,
    )  # fmt: skip


def _snapshot(history: History, times: int) -> ClientSnapshot:
    booked = [transaction.amount_minor for transaction in history.transactions if transaction.status == "booked"]
    return ClientSnapshot(
        customer_id=history.customer.id,
        source=history.customer.source,
        as_of=history.as_of,
        currency=history.accounts[0].currency,
        segment=history.customer.segment,
        joined_on=history.customer.joined_on,
        balance=times * sum(booked),
        savings=0,
        income_monthly=0,
        spending_monthly=0,
        net_monthly=0,
        commitments_monthly=0,
    )
