"""Who banks here: customers, the people and businesses behind an account, and their part in it."""

from datetime import date
from typing import Literal

from tools.value import Value

Segment = Literal["retail", "hni", "msme"]
Part = Literal["owner", "joint", "authorised", "mandate"]
Consent = Literal["yes", "limited", "no"]
RiskTolerance = Literal["very_cautious", "cautious", "balanced", "adventurous", "very_adventurous"]
Level = Literal["low", "medium", "high"]


class Customer(Value):
    """A person or business that banks here.

    Attributes:
        id: `{source}:{external_id}`, e.g. `demo:1042`, `berka:1787` (a customer imported by account carries the account's
            number, see DESIGN section 11).
        source: where the record comes from: `demo`, `berka`, or the name in an import map.
        external_id: the number in that source.
        name: the name to show. Untrusted text (it comes from outside).
        kind: person or business.
        joined_on: first day as a customer.
    """

    id: str
    source: str
    external_id: str
    name: str
    kind: Literal["person", "business"] = "person"
    segment: Segment = "retail"
    joined_on: date


class Party(Value):
    """A person or organisation named on an account; `customer_id` is set when that party banks here too."""

    id: str
    source: str
    external_id: str
    name: str
    kind: Literal["person", "business"] = "person"
    customer_id: str | None = None


class AccountPart(Value):
    """The part of one party in one account."""

    account_id: str
    party_id: str
    part: Part


class Profile(Value):
    """What the customer told the bank, and what the bank set: 22 of the 25 fields of a twin's profile.

    The other three (birth date, gender, pronouns) are protected and live apart in `ProtectedAttributes`.
    """

    customer_id: str
    email: str | None = None
    city: str | None = None
    region: str | None = None
    occupation: str | None = None
    monthly_income_minor: int | None = None
    salary_day_1: int | None = None
    salary_day_2: int | None = None
    primary_bank: str | None = None
    other_banks: tuple[str, ...] = ()
    has_credit_card: bool = False
    e_wallets: tuple[str, ...] = ()
    preferred_channel: Literal["app", "email", "sms", "chat_app", "phone", "branch"] = "app"
    language: str = "en"
    language_style: Literal["friendly", "professional", "casual", "formal", "empathetic", "concise", "detailed"] = "friendly"
    goals: tuple[str, ...] = ()
    anti_goals: tuple[str, ...] = ()
    risk_tolerance: RiskTolerance | None = None
    savings_goal_minor: int | None = None
    consent_personalization: Consent = "yes"
    accessibility_needs: tuple[str, ...] = ()
    churn_risk: Level = "low"


class ProtectedAttributes(Value):
    """Attributes that no decision, filter or reply may use; only `fairness_check` reads them (DESIGN section 4)."""

    customer_id: str
    birth_date: date | None = None
    gender: str | None = None
    pronouns: str | None = None
