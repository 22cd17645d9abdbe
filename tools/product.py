"""What a bank publishes: products and policies, as validated front matter. `knowledge` fills these; tools compute with them."""

from datetime import date
from typing import Literal

from pydantic import Field

from tools.value import Value

Audience = Literal["customer", "rm", "staff"]
Jurisdiction = Literal["uk", "eu", "in", "us"]
ProductKind = Literal[
    "current_account",
    "savings",
    "fixed_deposit",
    "recurring_deposit",
    "credit_card",
    "debit_card",
    "personal_loan",
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
]
#: What kind of promise a product is; rules and disclosures hang on it.
ProductClass = Literal["deposit", "payment", "credit", "investment", "insurance", "fx"]

CLASS_OF: dict[ProductKind, ProductClass] = {
    "current_account": "payment",
    "savings": "deposit",
    "fixed_deposit": "deposit",
    "recurring_deposit": "deposit",
    "credit_card": "credit",
    "debit_card": "payment",
    "personal_loan": "credit",
    "car_loan": "credit",
    "mortgage": "credit",
    "overdraft": "credit",
    "working_capital": "credit",
    "invoice_finance": "credit",
    "fund": "investment",
    "portfolio": "investment",
    "pension": "investment",
    "insurance": "insurance",
    "fx": "fx",
}


class Fee(Value):
    """One charge: a fixed sum, a share of an amount, or both; `when` says what triggers it."""

    name: str
    when: str
    amount_minor: int = 0
    rate_bps: int = 0
    period: Literal["once", "month", "year", "use"] = "once"


class Rate(Value):
    """A nominal yearly rate in basis points, from a balance upwards (tiered products have several)."""

    rate_bps: int
    kind: Literal["fixed", "variable"] = "variable"
    from_minor: int = 0
    fixed_months: int | None = None


class RepresentativeExample(Value):
    """The seven figures a credit offer must show together (CONC 3.5.5R). Amounts in minor units, rates in basis points."""

    amount_minor: int
    term_months: int
    rate_bps: int
    fees_minor: int
    apr_bps: int
    instalment_minor: int
    total_payable_minor: int


class Eligibility(Value):
    """Who may have it, apart from affordability and suitability. None means no condition."""

    min_age: int | None = None
    max_age: int | None = None
    residents_only: bool = True
    customer_kinds: tuple[Literal["person", "business"], ...] = ("person",)
    segments: tuple[Literal["retail", "hni", "msme"], ...] = ("retail", "hni", "msme")
    min_income_minor: int | None = None
    min_deposit_minor: int | None = None
    max_deposit_minor: int | None = None
    min_months_of_history: int = 0
    needs_holding: str | None = None


class Product(Value):
    """A product as its document declares it: what tools compute with. The text people read is retrieved, never computed with.

    Attributes:
        id: the file's name, e.g. `easy-saver`.
        name: the exact public name; digits in it are allowed in a reply because they are part of this name.
        risk_class: 1 (no capital risk) to 7, as in a key information document.
        access_days: how long until the money can be had; None when it cannot before maturity.
        disclosures: ids of `tools/compliance/packs` that must stand beside it.
    """

    id: str
    name: str
    kind: ProductKind
    summary: str
    version: str
    jurisdiction: Jurisdiction
    currency: str
    valid_from: date
    valid_to: date | None = None
    audience: tuple[Audience, ...] = ("customer", "rm", "staff")
    rates: tuple[Rate, ...] = ()
    fees: tuple[Fee, ...] = ()
    example: RepresentativeExample | None = None
    term_months_min: int | None = None
    term_months_max: int | None = None
    access_days: int | None = 0
    risk_class: int = Field(default=1, ge=1, le=7)
    min_horizon_months: int = 0
    growth_bps: int | None = None
    volatility_bps: int | None = None
    eligibility: Eligibility = Eligibility()
    disclosures: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    target_market: str = ""
    not_for: str = ""

    @property
    def product_class(self) -> ProductClass:
        """Deposit, payment, credit, investment, insurance or fx."""
        return CLASS_OF[self.kind]


class Policy(Value):
    """A published policy document's front matter."""

    id: str
    name: str
    summary: str
    version: str
    jurisdiction: Jurisdiction
    valid_from: date
    valid_to: date | None = None
    audience: tuple[Audience, ...] = ("customer", "rm", "staff")
    topics: tuple[str, ...] = ()
