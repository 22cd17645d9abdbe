"""What a customer is taken to be before its own account says it: the segment's priors, narrowed by the behaviour persona.

Three steps, each with weights of the empirical-Bayes form `worth / (worth + months)`:

1. Persona shares. With `w = PERSONA_MONTHS / (PERSONA_MONTHS + n)` after `n` months of history and `d` the distance to a persona,
   `share ~ segment_share**w * exp(-(1 - w) * d**2)`: the segment's mix at first, the customer's own behaviour soon after. A stated
   risk tolerance multiplies the segment's share by `RISK_STEP` for every level between it and the persona's.
2. Prior of a ratio (spending share, spreads): `(1 - w) * sum(share * persona's) + w * segment's`.
3. The customer: a variance is pooled as `(1 - v) * own + v * prior` with `v = PRIOR_MONTHS / (PRIOR_MONTHS + n)`; a level of a
   history shorter than `LEVEL_MONTHS` months as `(1 - u) * own + u * prior` with `u = (1 - n / LEVEL_MONTHS) * k / (k + n)`, where
   `k = (spending_cv / between_cv)**2` is what the prior is worth in months: the variance of one customer's months over that of
   customers. From `LEVEL_MONTHS` on a level is the account's alone.
"""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from math import exp
from typing import get_args

from pydantic import Field, model_validator

from tools.ledger.category import CATEGORIES
from tools.ledger.customer import RiskTolerance, Segment
from tools.twin.persona.persona import RISK_LEVELS, Persona, Ratios, behaviours, persona_distances
from tools.twin.twin import PersonaShare
from tools.value import Value

#: A persona counts for as much as this many months of own history.
PRIOR_MONTHS = 2.0
#: Months until the own behaviour decides as much about the persona as the segment does.
PERSONA_MONTHS = 1.0
#: Months from which a level is read off the account alone.
LEVEL_MONTHS = 3
#: A persona one level of risk away from what the customer stated is this much less likely at the start (our choice).
RISK_STEP = 0.7


class SegmentPrior(Value):
    """What is likely in one segment, as shares and spreads without a currency. One data file each in `priors/`.

    Attributes:
        spending_share: spending / income; `between_cv` how much it differs from customer to customer, relative to itself.
        income_cv, spending_cv: spread of one customer's months, relative to their mean.
        payment_cv: spread of one recurring payment, relative to its amount.
        pay_late_sd_days, due_late_sd_days: spread of the day on which pay comes and bills are taken.
        personas: shares of the behaviour personas.
        mix: shares of discretionary spending by category.
    """

    key: Segment
    spending_share: float = Field(gt=0, le=1)
    between_cv: float = Field(gt=0)
    income_cv: float = Field(ge=0)
    spending_cv: float = Field(gt=0)
    payment_cv: float = Field(ge=0)
    pay_late_sd_days: float = Field(ge=0)
    due_late_sd_days: float = Field(ge=0)
    personas: dict[str, float]
    mix: dict[str, float]

    @model_validator(mode="after")
    def _shares_add_up(self) -> "SegmentPrior":
        if set(self.mix) - set(CATEGORIES):
            raise ValueError("the mix names a category that does not exist")
        if any(abs(sum(shares.values()) - 1) > 1e-6 or min(shares.values()) < 0 for shares in (self.personas, self.mix)):
            raise ValueError("shares are not negative and add up to 1")
        return self


@dataclass(frozen=True)
class Prior:
    """The priors of one customer. `persona_mix` has the largest share first.

    Attributes:
        weight: of the priors of spreads, 1 without history.
        level_worth: months of own history that the prior of a level is worth.
    """

    persona_mix: tuple[PersonaShare, ...]
    weight: float
    level_worth: float
    spending_share: float
    income_cv: float
    spending_cv: float
    payment_cv: float
    pay_late_sd_days: float
    due_late_sd_days: float
    mix: dict[str, float]

    @property
    def persona(self) -> str:
        """Key of the behaviour that the customer is most of."""
        return self.persona_mix[0].persona

    def level_weight(self, months: float) -> float:
        """Weight of the prior of a level after so many months of history."""
        return max(1 - months / LEVEL_MONTHS, 0.0) * self.level_worth / (self.level_worth + months)


@lru_cache(maxsize=1)
def segment_priors() -> dict[Segment, SegmentPrior]:
    """The priors of every segment, read once from the data files."""
    folder = files("tools.twin.persona").joinpath("priors")
    found = {
        segment: SegmentPrior.model_validate(tomllib.loads(folder.joinpath(f"{segment}.toml").read_text(encoding="utf-8")))
        for segment in get_args(Segment)
    }
    known = set(behaviours())
    if any(set(prior.personas) != known for prior in found.values()):
        raise ValueError("every segment gives every behaviour persona its share")
    return found


def prior_for(segment: Segment, ratios: Ratios, months: int, risk: RiskTolerance | None = None) -> Prior:
    """The priors of a customer with these ratios after `months` whole months of history."""
    base = segment_priors()[segment]
    weight = PERSONA_MONTHS / (PERSONA_MONTHS + months)
    shares = _shares(base, ratios, weight, risk)

    def pooled(name: str) -> float:
        personas = sum(share * getattr(behaviours()[key].habits, name) for key, share in shares.items())
        return (1 - weight) * personas + weight * getattr(base, name)

    ranked = sorted(shares.items(), key=lambda item: (-item[1], item[0]))
    return Prior(
        persona_mix=tuple(PersonaShare(persona=key, share=round(share, 4)) for key, share in ranked),
        weight=PRIOR_MONTHS / (PRIOR_MONTHS + months),
        level_worth=(base.spending_cv / base.between_cv) ** 2,
        spending_share=pooled("spending_share"),
        income_cv=pooled("income_cv"),
        spending_cv=pooled("spending_cv"),
        payment_cv=base.payment_cv,
        pay_late_sd_days=base.pay_late_sd_days,
        due_late_sd_days=base.due_late_sd_days,
        mix=base.mix,
    )


def _shares(base: SegmentPrior, ratios: Ratios, weight: float, risk: RiskTolerance | None) -> dict[str, float]:
    distances = persona_distances(ratios)
    raw = {
        key: (base.personas[key] * RISK_STEP ** _levels_apart(persona, risk)) ** weight * exp(-(1 - weight) * distances[key] ** 2)
        for key, persona in behaviours().items()
    }
    total = sum(raw.values())
    if total > 0:
        return {key: value / total for key, value in raw.items()}
    nearest = min(distances, key=lambda key: (distances[key], key))
    return {key: float(key == nearest) for key in raw}


def _levels_apart(persona: Persona, risk: RiskTolerance | None) -> int:
    return abs(RISK_LEVELS.index(persona.risk_affinity) - RISK_LEVELS.index(risk)) if risk else 0
