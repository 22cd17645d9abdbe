"""What each input adds to a score, exactly; the paths of a model are read once."""

import json
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tools.stress.model.shapley import Paths, paths_of

_MODELS_KEPT = 4


def contributions(booster: bytes, matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log-odds by input and the bias, [N, inputs + 1]; every row adds up to its margin. `booster` is XGBoost's own JSON."""
    return _paths(booster).contributions(matrix)


@lru_cache(maxsize=_MODELS_KEPT)
def _paths(raw: bytes) -> Paths:
    return paths_of(json.loads(raw))
