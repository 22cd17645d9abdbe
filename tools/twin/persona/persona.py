"""Personas: kinds of people and businesses, one data file each in `personas/`; and the behaviour persona nearest to a customer.

There are three kinds of file. A `behaviour` is how somebody handles money (saver, spender, investor, risk-taker): customers are
assigned to these by what their account shows and nothing else. A `life` is a situation (young professional, seasonal entrepreneur),
a `test` a pattern that a bank wants to recognise (money mule). A person's `own` persona is made by `tools.twin.persona.custom_persona`.
Adding a persona is adding a file. What the generator of demo banks needs
beyond this stands in `tools/population/lifestyles/<key>.toml`; names and preferences stand here, once.
"""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from statistics import median_low, pstdev
from typing import Annotated, Literal, get_args

from pydantic import Field, ValidationError, model_validator

from tools.errors import UsageError
from tools.ledger.category import CATEGORIES
from tools.ledger.customer import RiskTolerance, Segment
from tools.ledger.features import Features
from tools.twin.calendar.window import whole_months
from tools.value import Value

PersonaKind = Literal["behaviour", "life", "test", "own"]
Tone = Literal["friendly", "professional", "casual", "formal", "empathetic", "concise", "detailed"]
Channel = Literal["app", "email", "sms", "chat_app", "phone", "branch"]
Share = Annotated[float, Field(ge=0, le=1)]
Band = Annotated[tuple[float, float], Field(min_length=2, max_length=2)]

#: From very cautious to very adventurous.
RISK_LEVELS: tuple[RiskTolerance, ...] = get_args(RiskTolerance)
#: How far apart two customers are allowed to be in each ratio before the distance counts as one (our choice, not fitted).
SCALES = {"saving_rate": 0.15, "investing_share": 0.10, "volatility": 0.30, "below_zero_share": 0.15}
#: Percentages are written with two decimals.
_ROUNDING = 0.02
#: Groups of categories that are neither spending of a person nor a test's own pattern.
_NOT_SPENDING = {"income", "saving"}


class Ratios(Value):
    """What a persona is recognised by. None where the history cannot say.

    Attributes:
        saving_rate: (income - spending) / income, per month.
        investing_share: what goes into investments / income, per month.
        volatility: standard deviation of the monthly net flow / income.
        below_zero_share: days below zero among the last 90.
    """

    saving_rate: float | None = None
    investing_share: float | None = None
    volatility: float | None = None
    below_zero_share: float | None = None


class Bands(Value):
    """From-to shares of income in which a behaviour persona lives (FEATURES 8)."""

    spending: Band
    investing: Band
    repayment: Band


class Habits(Value):
    """How money is handled, per month; shares are of income.

    Attributes:
        commitment_share: the part of `spending_share` that is committed.
        saving_share: moved to savings.
        repayment_share: goes to a loan, where there is one.
        income_cv: standard deviation of monthly income / income.
        spending_cv: standard deviation of monthly spending / spending.
    """

    spending_share: float = Field(ge=0, le=1.5)
    commitment_share: Share = 0.0
    saving_share: Share = 0.0
    investing_share: Share = 0.0
    repayment_share: Share = 0.0
    income_cv: float = Field(ge=0, le=2)
    spending_cv: float = Field(ge=0, le=2)

    @model_validator(mode="after")
    def _committed_is_spent(self) -> "Habits":
        if self.commitment_share > self.spending_share:
            raise ValueError("commitment_share is a part of spending_share and cannot be larger")
        return self


class Persona(Value):
    """One persona.

    Attributes:
        risk_tolerance, tone, channels: what people of this kind tend to want; what is listed twice is twice as common.
        habits: also the priors that a behaviour lends to a short history.
        typical: ratios a behaviour is recognised by; `bands` the ranges it lives in. Behaviours have both, others neither.
        income_category: what most of the income is; `income_season` twelve factors of it, January first, with mean 1.
        mix: percent of the bookings' value by category, from and to; what comes in may be among them.
    """

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    kind: PersonaKind
    name: str = Field(min_length=1)
    summary: str = Field(min_length=1)
    segment: Segment = "retail"
    risk_tolerance: tuple[RiskTolerance, ...] = Field(default=("balanced",), min_length=1)
    tone: tuple[Tone, ...] = Field(default=("friendly", "professional", "casual", "concise", "detailed"), min_length=1)
    channels: tuple[Channel, ...] = Field(default=("app", "app", "email", "sms", "chat_app", "phone"), min_length=1)
    goals: tuple[str, ...] = ()
    anti_goals: tuple[str, ...] = ()
    income_category: Literal["salary", "pension", "benefits", "business_income", "other_income"] = "salary"
    income_season: tuple[float, ...] = ()
    habits: Habits
    mix: Mapping[str, Band] = Field(min_length=1)
    typical: Ratios | None = None
    bands: Bands | None = None

    @model_validator(mode="after")
    def _holds(self) -> "Persona":
        unknown = sorted(set(self.mix) - set(CATEGORIES))
        if unknown:
            raise ValueError(f"no such category: {', '.join(unknown)}")
        if any(not 0 <= low <= high <= 100 for low, high in self.mix.values()):
            raise ValueError("every share of the mix runs from a smaller to a larger percentage, 0 to 100")
        lowest, highest = (sum(band[end] for band in self.mix.values()) for end in (0, 1))
        if lowest > 100 + _ROUNDING or highest < 100 - _ROUNDING:
            raise ValueError("the shares of the mix cannot add up to 100 percent")
        if self.income_season and (len(self.income_season) != 12 or abs(sum(self.income_season) - 12) > 0.01):
            raise ValueError("a season has twelve factors with mean 1")
        if (self.kind == "behaviour") != (self.typical is not None and self.bands is not None):
            raise ValueError("a behaviour has typical ratios and bands, the other kinds have neither")
        return self

    @property
    def risk_affinity(self) -> RiskTolerance:
        """The middle of what people of this kind tolerate."""
        return RISK_LEVELS[median_low(RISK_LEVELS.index(level) for level in self.risk_tolerance)]

    def spending_shares(self) -> dict[str, float]:
        """Shares of spending by category, adding up to 1: the middles of the mix, without what comes in or is put aside."""
        middles = {
            key: (low + high) / 2 for key, (low, high) in self.mix.items() if CATEGORIES[key].group not in _NOT_SPENDING and high > 0
        }
        total = sum(middles.values())
        return {key: middle / total for key, middle in sorted(middles.items())} if total else {}


class PersonaMatch(Value):
    """The nearest behaviour. `distance` is the root mean square of the scaled differences: below 1 is a close match."""

    persona: Persona
    distance: float
    ratios: Ratios


def load_personas(folder: Traversable) -> dict[str, Persona]:
    """Every persona of a folder by its key, which is the name of its file.

    Raises:
        UsageError: a file that does not hold; the sentence names file and field.
    """
    found: dict[str, Persona] = {}
    for path in sorted((path for path in folder.iterdir() if path.name.endswith(".toml")), key=lambda path: path.name):
        try:
            persona = Persona.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        except tomllib.TOMLDecodeError as error:
            raise UsageError(f"{path.name} is not TOML: {error}. Correct that line.", code="bad_persona") from None
        except ValidationError as error:
            raise UsageError(f"{path.name}: {_first_problem(error)}. Correct it in the file.", code="bad_persona") from None
        if f"{persona.key}.toml" != path.name:
            raise UsageError(f"{path.name} holds the persona {persona.key!r}. Give file and key the same name.", code="bad_persona")
        found[persona.key] = persona
    return found


def _first_problem(error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg'].lower()}" if where else first["msg"].removeprefix("Value error, ")


@lru_cache(maxsize=1)
def personas() -> dict[str, Persona]:
    """Every persona by its key, read once from the data files."""
    return load_personas(files("tools.twin.persona").joinpath("personas"))


def behaviours() -> dict[str, Persona]:
    """The behaviour personas: those that customers are assigned to."""
    return {key: persona for key, persona in personas().items() if persona.kind == "behaviour"}


def persona_of(key: str) -> Persona:
    """The persona of that key.

    Raises:
        UsageError: no such persona.
    """
    found = personas().get(key)
    if found is None:
        raise UsageError(f"There is no persona {key!r}. Use one of: {', '.join(personas())}.", code="unknown_persona")
    return found


def ratios_of(features: Features, invested_monthly_minor: int = 0) -> Ratios:
    """The ratios a behaviour is recognised by, as far as the history says them."""
    below_zero = min(features.days_negative_90d / 90, 1.0) if features.days_of_history else None
    income = features.income_monthly_minor
    if income <= 0:
        return Ratios(below_zero_share=below_zero)
    nets = [month.net_minor for month in whole_months(features)]
    return Ratios(
        saving_rate=max((income - features.spending_monthly_minor) / income, -1.0),
        investing_share=invested_monthly_minor / income,
        volatility=pstdev(nets) / income if len(nets) >= 3 else None,
        below_zero_share=below_zero,
    )


def assign_persona(features: Features, invested_monthly_minor: int = 0) -> PersonaMatch:
    """The behaviour whose typical ratios lie nearest to the customer's own; behaviour only, nothing about who they are.

    Who keeps more than 0.4 of the income is a saver (an investor when a quarter of it is invested), who keeps less than 0.2 a
    spender, unless months and balance swing so much that it is a risk-taker: the score of a credit agency plays no part.
    """
    own = ratios_of(features, invested_monthly_minor)
    distances = persona_distances(own)
    nearest = min(distances, key=lambda key: (distances[key], key))
    return PersonaMatch(persona=personas()[nearest], distance=round(distances[nearest], 4), ratios=own)


def persona_distances(own: Ratios) -> dict[str, float]:
    """Root mean square of the scaled differences to the typical ratios of every behaviour; 0 where no ratio is known."""
    return {key: _distance(own, persona.typical) for key, persona in behaviours().items() if persona.typical is not None}


def _distance(own: Ratios, typical: Ratios) -> float:
    squares: list[float] = []
    for name, scale in SCALES.items():
        mine, theirs = getattr(own, name), getattr(typical, name)
        if mine is not None and theirs is not None:
            squares.append(((mine - theirs) / scale) ** 2)
    return (sum(squares) / len(squares)) ** 0.5 if squares else 0.0
