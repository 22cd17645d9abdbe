"""The schema of a described customer; what each table means is said in `server.demo.case`."""

from datetime import date, time
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from pydantic import Field, model_validator

from tools.ledger.account import AccountKind, HoldingKind
from tools.ledger.customer import Part, Segment
from tools.ledger.transaction import Operation
from tools.population.event import Event
from tools.value import Value


class CaseCustomer(Value):
    """Who it is."""

    number: int = Field(ge=1, le=999_999)
    name: str = Field(min_length=1, max_length=120)
    kind: Literal["person", "business"] = "person"
    segment: Segment = "retail"
    joined_on: date | None = None


class CaseParty(Value):
    """Somebody named on the customer's first account."""

    name: str
    part: Part
    kind: Literal["person", "business"] = "person"


class CaseAccount(Value):
    """An account told by the case."""

    key: str
    kind: AccountKind = "current"
    name: str | None = None
    currency: str = "GBP"
    opening_balance: Decimal = Decimal(0)
    overdraft_limit: Decimal = Field(default=Decimal(0), ge=0)
    opened_on: date | None = None
    product: str | None = None


class CaseHolding(Value):
    """A product held outside the accounts."""

    key: str
    kind: HoldingKind
    name: str
    currency: str = "GBP"
    value: Decimal | None = None
    opened_on: date
    closed_on: date | None = None
    product: str | None = None


class CaseContract(Value):
    """The dates and terms of a holding."""

    holding: str
    starts_on: date
    matures_on: date | None = None
    fixed_until: date | None = None
    due_day: int | None = Field(default=None, ge=1, le=31)
    principal: Decimal = Decimal(0)
    instalment: Decimal = Decimal(0)
    rate_bps: int = 0
    outstanding: Decimal | None = None


Day: TypeAlias = date
Time: TypeAlias = time


class CaseTransaction(Value):
    """One movement, told."""

    date: Day
    amount: Decimal
    description: str
    account: str | None = None
    category: str | None = None
    operation: Operation | None = None
    counterparty: str | None = None
    time: Time | None = None
    status: Literal["booked", "failed"] = "booked"


class CasePersona(Value):
    """How the customer lives, where the movements are generated."""

    lifestyle: str
    months: int = Field(default=18, ge=1, le=120)
    seed: int = Field(default=7, ge=0)
    override: dict[str, Any] = {}


class CaseNote(Value):
    """A note in the file."""

    on: date
    author: str
    text: str


class CaseInteraction(Value):
    """A contact."""

    on: date
    channel: Literal["app", "email", "sms", "chat_app", "phone", "branch", "letter"]
    direction: Literal["in", "out"] = "in"
    purpose: str
    text: str


class CaseFlag(Value):
    """A circumstance from the closed list."""

    kind: Literal["bereavement", "vulnerable", "hardship", "scam_victim", "coercion", "gambling", "complaint_open", "power_of_attorney"]
    since: date
    until: date | None = None


class Case(Value):
    """One described customer; see the module's docstring."""

    customer: CaseCustomer
    profile: dict[str, Any] = {}
    protected: dict[str, Any] = {}
    parties: tuple[CaseParty, ...] = ()
    accounts: tuple[CaseAccount, ...] = ()
    holdings: tuple[CaseHolding, ...] = ()
    contracts: tuple[CaseContract, ...] = ()
    transactions: tuple[CaseTransaction, ...] = ()
    persona: CasePersona | None = None
    events: tuple[Event, ...] = ()
    notes: tuple[CaseNote, ...] = ()
    interactions: tuple[CaseInteraction, ...] = ()
    flags: tuple[CaseFlag, ...] = ()
    login: str | None = None
    book: str | None = None

    @model_validator(mode="after")
    def _hangs_together(self) -> "Case":
        if self.persona is None and not self.accounts:
            raise ValueError("it has neither a [persona] nor [[accounts]]; give one of them")
        if self.persona is not None and self.transactions:
            raise ValueError("it has both a [persona] and [[transactions]]; keep one of them")
        if self.events and self.persona is None:
            raise ValueError("[[events]] change a [persona], and there is none; tell them as [[transactions]] or add a persona")
        for what, keys in (("accounts", [one.key for one in self.accounts]), ("holdings", [one.key for one in self.holdings])):
            if len(set(keys)) < len(keys):
                raise ValueError(f"two [[{what}]] have the same key; give each its own")
        return self
