"""What a population is to be: how many, of which lifestyles, until when, from which seed."""

from collections.abc import Mapping
from datetime import date

from pydantic import Field, model_validator

from tools.population.lifestyle import lifestyle_keys
from tools.product import Jurisdiction
from tools.value import Value

#: Shares of the default mix; test lifestyles other than a trace of each are left out.
DEFAULT_MIX: Mapping[str, float] = {
    "young_professional": 0.19,
    "growing_family": 0.19,
    "retired": 0.13,
    "saver": 0.11,
    "spender": 0.1,
    "high_net_worth": 0.06,
    "msme_owner": 0.06,
    "seasonal_entrepreneur": 0.02,
    "student": 0.04,
    "carer": 0.05,
    "gig_worker": 0.046,
    "gambling_addict": 0.001,
    "shopping_addict": 0.001,
    "crypto_enthusiast": 0.001,
    "money_mule": 0.001,
}


class PopulationSpec(Value):
    """One synthetic bank. The same spec gives the same bytes.

    Attributes:
        as_of: the business date; histories end on it.
        months: length of every history.
        days_beyond: bookings go on for so many days after `as_of`; everything else is as of `as_of`, and so are the bookings until then.
        mix: shares by lifestyle; they are normalised, and counts follow them by largest remainder.
        source: the source that all records carry.
        first_number: customers are numbered from here, leaving out `taken` numbers and names.
    """

    seed: int = Field(default=7, ge=0)
    customers: int = Field(default=600, ge=1, le=1_000_000)
    as_of: date
    months: int = Field(default=18, ge=1, le=120)
    days_beyond: int = Field(default=0, ge=0, le=3650)
    mix: Mapping[str, float] = DEFAULT_MIX
    locale: str = "uk"
    jurisdiction: Jurisdiction = "uk"
    source: str = "demo"
    first_number: int = Field(default=1001, ge=1)
    taken: tuple[int, ...] = ()
    taken_names: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _mix_holds(self) -> "PopulationSpec":
        unknown = set(self.mix) - set(lifestyle_keys())
        if unknown:
            raise ValueError(f"unknown lifestyles {sorted(unknown)}; known are {', '.join(lifestyle_keys())}")
        if min(self.mix.values(), default=-1) < 0 or sum(self.mix.values()) <= 0:
            raise ValueError("shares of the mix must not be negative, and one must be above zero")
        return self
