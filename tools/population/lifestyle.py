"""Lifestyles: how a kind of person or business lives on its money, as data files.

Who they are (name, segment, goals, what they tolerate and prefer) is the persona of the same key in `tools/twin/persona/personas`.
Adding a lifestyle is adding `lifestyles/<key>.toml` beside its persona. Amounts are decimal major units of the locale's currency;
a `Level` with spread 0 is exact. A case file (see `server.demo.case`) overrides any of these fields for one described customer.
"""

import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, cast

from pydantic import Field, ValidationError, model_validator

from tools.errors import UsageError
from tools.ledger.customer import RiskTolerance, Segment
from tools.twin.persona.persona import Channel, Tone, persona_of
from tools.value import Value

FOLDER = Path(__file__).parent / "lifestyles"
Share = Annotated[float, Field(ge=0, le=1)]
Season = Annotated[tuple[float, ...], Field(max_length=12)]
Chance = Literal[
    "job_loss", "late_salary", "late_invoices", "large_purchase", "new_loan", "spending_creep", "lending_apps", "missed_payments"
]


class Level(Value):
    """An amount that differs from customer to customer: lognormal with this median and log standard deviation."""

    median: Decimal = Field(ge=0)
    spread: float = Field(default=0.0, ge=0, le=2)


class Income(Value):
    """One stream of money in.

    Attributes:
        kind: one payment a month, one a week, several invoices a month, or money that leaves again within a day.
        monthly: expected amount of a month, all payments together.
        payers: name of a list of the locale; `payer` instead names one exactly.
        variation: log standard deviation from payment to payment.
        season: factor by month, January first.
        late_days: how late invoices are paid on average.
        share: share of customers who have it.
    """

    category: str
    monthly: Level
    kind: Literal["monthly", "weekly", "invoices", "pass_through"] = "monthly"
    pay_days: tuple[int, ...] = (25,)
    payers: str = ""
    payer: str | None = None
    variation: float = Field(default=0.0, ge=0, le=2)
    season: Season = ()
    per_month: float = Field(default=4, gt=0, le=200)
    late_days: float = Field(default=0, ge=0)
    share: Share = 1.0

    @model_validator(mode="after")
    def _someone_pays(self) -> "Income":
        if not self.payers and self.payer is None:
            raise ValueError("an income needs `payers` (a list of the locale) or `payer` (a name)")
        return self


class Habit(Value):
    """Spending in one category: how often a month, and how much each time."""

    per_month: float = Field(ge=0, le=300)
    median: Decimal = Field(gt=0)
    spread: float = Field(default=0.5, ge=0, le=2)
    season: Season = ()
    share: Share = 1.0


class Housing(Value):
    """Rent, mortgage or neither. `mortgage` is the amount owed at the start; rates in basis points.

    `variable_share` of the mortgages follow market rates; the others have a fix in force.
    """

    rent_share: Share = 0.0
    rent: Level = Level(median=Decimal(0))
    rent_payer: str | None = None
    rent_day: int | None = Field(default=None, ge=1, le=26)
    mortgage_share: Share = 0.0
    mortgage: Level = Level(median=Decimal(0))
    rate_bps: int | None = Field(default=None, ge=0, le=3000)
    variable_share: Share = 0.0
    fixed_until: date | None = None
    due_day: int | None = Field(default=None, ge=1, le=26)
    instalment: Decimal | None = None


class Saving(Value):
    """Putting money aside: share who do, how much of income, and how many months of income they start with."""

    share: Share = 0.0
    of_income: tuple[float, float] = (0.0, 0.0)
    opening_months: float = Field(default=0.0, ge=0)
    monthly: Decimal | None = None
    opening: Decimal | None = None
    sweep: bool = True


class Credit(Value):
    """What is borrowed. A revolver pays only the minimum on the card."""

    card_share: Share = 0.0
    revolver_share: Share = 0.0
    loan_share: Share = 0.0
    car_loan_share: Share = 0.0
    overdraft_share: Share = 0.0
    overdraft: tuple[Decimal, ...] = ()


class Investing(Value):
    """Investments held outside the accounts."""

    share: Share = 0.0
    worth: Level = Level(median=Decimal(0))


class Lifestyle(Value):
    """One lifestyle. `margin` is the share of income left over after everything, saving included: spending is scaled to it.

    `city` is drawn from the locale unless a case tells it.
    """

    key: str
    label: str
    summary: str
    segment: Segment = "retail"
    kind: Literal["person", "business"] = "person"
    test: bool = False
    city: str | None = None
    age: tuple[int, int]
    occupations: tuple[str, ...] = Field(min_length=1)
    couple_share: Share = 0.0
    authorised_share: Share = 0.03
    income: tuple[Income, ...] = Field(min_length=1)
    housing: Housing = Housing()
    bills: tuple[str, ...] = ()
    bill_amounts: Mapping[str, Decimal] = {}
    subscriptions: tuple[int, int] = (0, 0)
    subscription_names: tuple[str, ...] | None = None
    spending: Mapping[str, Habit]
    margin: tuple[float, float] = (0.0, 0.05)
    opening_months: float = Field(default=0.5, ge=0)
    opening: Decimal | None = None
    saving: Saving = Saving()
    credit: Credit = Credit()
    investing: Investing = Investing()
    chances: Mapping[Chance, float] = {}
    goals: tuple[str, ...] = ()
    anti_goals: tuple[str, ...] = ()
    risk_tolerance: tuple[RiskTolerance, ...] = ("balanced",)
    channels: tuple[Channel, ...] = ("app", "app", "email", "sms", "chat_app", "phone")
    tone: tuple[Tone, ...] = ("friendly", "professional", "casual", "concise", "detailed")


@cache
def _tables() -> dict[str, dict[str, Any]]:
    """The raw tables of every lifestyle file, by key."""
    files = sorted(FOLDER.glob("*.toml"))
    return {path.stem: _with_persona(path.stem, tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)) for path in files}


def _with_persona(key: str, table: dict[str, Any]) -> dict[str, Any]:
    """The table with what the persona of that key says, so that nothing is said in two files."""
    persona = persona_of(key)
    seasoned = [{"season": persona.income_season, **row} for row in table["income"]]
    told = {
        "label": persona.name,
        "summary": persona.summary,
        "segment": persona.segment,
        "test": persona.kind == "test",
        "goals": persona.goals,
        "anti_goals": persona.anti_goals,
        "risk_tolerance": persona.risk_tolerance,
        "channels": persona.channels,
        "tone": persona.tone,
    }
    return {**told, **table, "income": seasoned}


def lifestyle_keys() -> tuple[str, ...]:
    """Every lifestyle there is."""
    return tuple(_tables())


def merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`base` with the keys of `over`; tables are merged key by key, everything else is replaced, a `Level` as a whole.

    (A told median would otherwise keep the spread of the lifestyle and not be exact.)
    """
    out = dict(base)
    for key, value in over.items():
        old: Any = out.get(key)
        if isinstance(old, Mapping) and isinstance(value, Mapping) and not set(cast(Mapping[str, Any], old)) <= set(Level.model_fields):
            out[key] = merged(cast(Mapping[str, Any], old), cast(Mapping[str, Any], value))
        else:
            out[key] = value
    return out


def lifestyle(key: str, override: Mapping[str, Any] | None = None) -> Lifestyle:
    """The lifestyle of that name, with `override` (fields as in its file) merged over it.

    Raises:
        UsageError: no such lifestyle, or an override that does not fit; the sentence names the field.
    """
    table = _tables().get(key)
    if table is None:
        raise UsageError(f"There is no lifestyle {key!r}. Use one of: {', '.join(lifestyle_keys())}.", code="bad_case")
    try:
        return Lifestyle.model_validate({**merged(table, override or {}), "key": key})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UsageError(f"Lifestyle {key!r}, field {where!r}: {first['msg'].lower()}. Correct that field.", code="bad_case") from None
