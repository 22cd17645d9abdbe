"""The first stress model: an additive logistic scorecard, kept as data, monotone by construction."""

import tomllib
from functools import lru_cache
from importlib.resources import files
from math import exp
from typing import Literal, Self

from pydantic import Field, model_validator

from tools.errors import UsageError
from tools.stress.signals import Signals
from tools.value import Value

Remedy = Literal[
    "stay_above_zero", "cover_debits_on_due_day", "use_no_lending_apps", "restore_income", "salary_on_time", "build_buffer",
    "stop_balance_decline", "lower_commitments", "pay_utilities_on_time", "spend_less_on_wishes", "take_less_cash",
]  # fmt: skip


class Card(Value):
    """One row: a signal's strength runs from 0 at `start` to 1 at `full`, and counts with a weight that is never negative."""

    key: str
    unit: Literal["days", "count", "percent"]
    start: float = Field(alias="from", ge=0)
    full: float = Field(alias="to")
    weight: float = Field(ge=0)
    remedy: Remedy

    @model_validator(mode="after")
    def _known(self) -> Self:
        if self.key not in Signals.model_fields or self.full <= self.start:
            raise UsageError(
                f"The scorecard row {self.key!r} does not hold. Name a signal and give a `to` above its `from`.", code="bad_scorecard"
            )
        return self

    def contribution(self, value: float | None) -> float:
        """Log-odds that this signal adds; nothing where the history cannot say."""
        if value is None:
            return 0.0
        return self.weight * min(max((value - self.start) / (self.full - self.start), 0.0), 1.0)


class Scorecard(Value):
    """Rows and intercept of the model."""

    model: str
    intercept: float
    cards: tuple[Card, ...] = Field(alias="signal")

    def contributions(self, signals: Signals) -> dict[str, float]:
        """Log-odds added by each signal, all of them zero or more."""
        return {card.key: card.contribution(getattr(signals, card.key)) for card in self.cards}

    def score(self, contributions: dict[str, float]) -> float:
        """The score in 0..1, unrounded."""
        return 1 / (1 + exp(-(self.intercept + sum(contributions.values()))))


@lru_cache(maxsize=1)
def scorecard() -> Scorecard:
    """The scorecard in use, read once."""
    return Scorecard.model_validate(tomllib.loads(files("tools.stress").joinpath("scorecard.toml").read_text(encoding="utf-8")))
