"""A random part of many, always the same one: figures over a bank keep their cost, and the same question its answer."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

_SEED = 4
_T = TypeVar("_T")


def drawn(items: Sequence[_T], most: int) -> Sequence[_T]:
    """All items, or `most` of them drawn from a fixed seed, in their order."""
    if len(items) <= most:
        return items
    places: list[int] = np.sort(np.random.default_rng(_SEED).choice(len(items), most, replace=False)).tolist()
    return [items[place] for place in places]
