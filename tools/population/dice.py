"""The random choices of one customer, from one generator, so that their order is fixed."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import exp
from typing import TypeVar

import numpy as np

from tools.population.lifestyle import Level

T = TypeVar("T")


@dataclass(frozen=True)
class Dice:
    """Draws for one customer; `unit` is the number of minor units in a major one."""

    rng: np.random.Generator
    unit: int

    def yes(self, share: float) -> bool:
        """True with probability `share`; always consumes one draw."""
        return bool(self.rng.random() < share)

    def one(self, of: Sequence[T]) -> T:
        """One of them, all equally likely."""
        return of[int(self.rng.integers(len(of)))]

    def between(self, low: float, high: float) -> float:
        """Uniform."""
        return float(self.rng.uniform(low, high))

    def minor(self, level: Level) -> int:
        """A level drawn, in minor units; exact when its spread is 0."""
        factor = exp(level.spread * float(self.rng.standard_normal()))
        return self.exact(level.median) if level.spread == 0 else round(float(level.median) * factor * self.unit)

    def exact(self, amount: Decimal) -> int:
        """Minor units of a decimal amount."""
        return int((amount * self.unit).to_integral_value())


def dice_for(seed: int, number: int, unit: int, period: int = 0) -> Dice:
    """The dice of one customer: independent of who else is in the population. A life that goes on has other dice in each `period`."""
    entropy = [seed, number, period] if period else [seed, number]
    return Dice(np.random.Generator(np.random.PCG64(np.random.SeedSequence(entropy))), unit)
