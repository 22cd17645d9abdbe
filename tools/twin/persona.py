"""Behaviour personas: priors for a twin whose own history is short. One data file each in `personas/`."""

import tomllib
from functools import lru_cache
from importlib.resources import files
from statistics import pstdev

from pydantic import Field

from tools.ledger.features import Features
from tools.twin.window import whole_months
from tools.value import Value

#: How far apart two customers are allowed to be in each ratio before the distance counts as one (our choice, not fitted).
SCALES = {"saving_rate": 0.15, "investing_share": 0.10, "volatility": 0.30, "below_zero_share": 0.15}


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


class Persona(Value):
    """A behaviour persona: typical ratios to recognise it by, and the priors it lends to a short history.

    Attributes:
        spending_share: spending / income.
        income_cv: standard deviation of monthly income / income.
        spending_cv: standard deviation of monthly spending / spending.
    """

    key: str
    spending_share: float = Field(ge=0, le=1)
    income_cv: float = Field(ge=0)
    spending_cv: float = Field(ge=0)
    typical: Ratios


class PersonaMatch(Value):
    """The nearest persona. `distance` is the root mean square of the scaled differences: below 1 is a close match."""

    persona: Persona
    distance: float
    ratios: Ratios


@lru_cache(maxsize=1)
def personas() -> dict[str, Persona]:
    """Every persona by its key, read once from the data files."""
    found = sorted(
        (path for path in files("tools.twin").joinpath("personas").iterdir() if path.name.endswith(".toml")), key=lambda p: p.name
    )
    loaded = [Persona.model_validate(tomllib.loads(path.read_text(encoding="utf-8"))) for path in found]
    return {persona.key: persona for persona in loaded}


def ratios_of(features: Features, invested_monthly_minor: int = 0) -> Ratios:
    """The ratios a persona is recognised by, as far as the history says them."""
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
    """The persona whose typical ratios lie nearest to the customer's own; behaviour only, nothing about who they are."""
    own = ratios_of(features, invested_monthly_minor)
    distances = {key: _distance(own, persona.typical) for key, persona in personas().items()}
    nearest = min(distances, key=lambda key: (distances[key], key))
    return PersonaMatch(persona=personas()[nearest], distance=round(distances[nearest], 4), ratios=own)


def _distance(own: Ratios, typical: Ratios) -> float:
    squares: list[float] = []
    for name, scale in SCALES.items():
        mine, theirs = getattr(own, name), getattr(typical, name)
        if mine is not None and theirs is not None:
            squares.append(((mine - theirs) / scale) ** 2)
    return (sum(squares) / len(squares)) ** 0.5 if squares else 0.0
