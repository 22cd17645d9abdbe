"""A plan: everything that will happen on one customer's accounts by habit, drawn and in minor units, before any day is simulated."""

from datetime import date
from typing import Literal

from tools.ledger.account import AccountKind, HoldingKind
from tools.ledger.transaction import Operation
from tools.population.event import Event
from tools.population.locale import Shops
from tools.value import Value

#: The three accounts a plan moves money on. A plan always has `main`.
Role = Literal["main", "savings", "card"]
ROLES: tuple[Role, ...] = ("main", "savings", "card")


class PlannedAccount(Value):
    """One account; `limit_minor` is the agreed overdraft, or the credit limit of a card (both positive)."""

    role: Role
    kind: AccountKind
    name: str
    external_id: str
    opening_minor: int
    limit_minor: int = 0


class PlannedIncome(Value):
    """One stream of money in; fields as `lifestyle.Income`, drawn."""

    kind: Literal["monthly", "weekly", "invoices", "pass_through"]
    category: str
    payers: tuple[str, ...]
    monthly_minor: int
    pay_day: int
    variation: float
    season: tuple[float, ...]
    per_month: float
    late_days: float


class PlannedBill(Value):
    """One direct debit, standing order or subscription, at most once a month and always to the same payee."""

    payee: str
    category: str
    amount_minor: int
    day: int
    months: tuple[int, ...] = ()
    operation: Operation = "direct_debit"


class PlannedSpending(Value):
    """Spending in one category: expected times a month, median amount, log standard deviation, factor by month."""

    category: str
    per_month: float
    median_minor: int
    spread: float
    season: tuple[float, ...]
    shops: Shops


class PlannedLoan(Value):
    """A loan of this bank. `outstanding_minor` is what is owed when the window begins (or when it is paid out)."""

    holding: HoldingKind
    name: str
    principal_minor: int
    outstanding_minor: int
    rate_bps: int
    instalment_minor: int
    due_day: int
    starts_on: date
    matures_on: date
    fixed_until: date | None = None


class SavingHabit(Value):
    """A standing order to savings, what is swept there after pay day, and what is fetched back when money runs short."""

    monthly_minor: int
    day: int
    sweep_above_minor: int | None
    fetch_below_minor: int


class CardHabit(Value):
    """Share of purchases put on the card, and whether the bill is paid in full or at the minimum."""

    share: float
    pays: Literal["full", "minimum"]
    day: int


class Plan(Value):
    """One customer's plan. `currency` is that of all its accounts."""

    number: str
    currency: str
    city: str
    accounts: tuple[PlannedAccount, ...]
    income: tuple[PlannedIncome, ...]
    bills: tuple[PlannedBill, ...]
    spending: tuple[PlannedSpending, ...]
    loans: tuple[PlannedLoan, ...] = ()
    saving: SavingHabit | None = None
    card: CardHabit | None = None
    events: tuple[Event, ...] = ()

    def account(self, role: Role) -> PlannedAccount | None:
        """The account in that role, if there is one."""
        return next((account for account in self.accounts if account.role == role), None)

    @property
    def income_minor(self) -> int:
        """Expected income of a month, without money that only passes through."""
        return sum(stream.monthly_minor for stream in self.income if stream.kind != "pass_through")
