"""What a customer holds: accounts, holdings of products, and the contracts with their dates."""

from datetime import date
from typing import Literal

from tools.value import Value

AccountKind = Literal["current", "savings", "business", "card"]
HoldingKind = Literal[
    "account",
    "savings",
    "fixed_deposit",
    "recurring_deposit",
    "card",
    "loan",
    "car_loan",
    "mortgage",
    "overdraft",
    "working_capital",
    "invoice_finance",
    "fund",
    "portfolio",
    "pension",
    "insurance",
    "fx",
    "standing_order",
]


class Account(Value):
    """An account that carries a balance.

    Attributes:
        id: `{source}:{external_id}`.
        customer_id: its first owner.
        overdraft_limit_minor: agreed overdraft, 0 for none; a positive number.
        opening_balance_minor: booked balance before the first transaction we hold.
    """

    id: str
    source: str
    external_id: str
    customer_id: str
    kind: AccountKind = "current"
    name: str
    currency: str
    opened_on: date
    closed_on: date | None = None
    overdraft_limit_minor: int = 0
    opening_balance_minor: int = 0
    product_id: str | None = None
    iban: str | None = None


class Holding(Value):
    """One customer's instance of a product. Investments carry `value_minor`; accounts carry their balance in transactions."""

    id: str
    source: str
    customer_id: str
    kind: HoldingKind
    name: str
    currency: str
    opened_on: date
    closed_on: date | None = None
    account_id: str | None = None
    product_id: str | None = None
    value_minor: int | None = None


class Contract(Value):
    """The terms of a holding that runs on dates: a loan, a mortgage, a fixed deposit, a standing order.

    Attributes:
        rate_bps: nominal yearly rate in basis points.
        instalment_minor: what is paid each month (positive).
        due_day: day of the month on which it is due.
        fixed_until: end of a fixed rate.
        matures_on: end of the contract.
        outstanding_minor: what is owed or deposited at `outstanding_as_of` (positive).
    """

    id: str
    source: str
    customer_id: str
    holding_id: str
    kind: HoldingKind
    currency: str
    starts_on: date
    matures_on: date | None = None
    fixed_until: date | None = None
    due_day: int | None = None
    principal_minor: int = 0
    instalment_minor: int = 0
    rate_bps: int = 0
    outstanding_minor: int | None = None
    outstanding_as_of: date | None = None
