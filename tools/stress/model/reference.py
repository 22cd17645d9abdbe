"""How an input was spread when a model was made: what drift is measured against."""

import numpy as np
from numpy.typing import NDArray

from tools.errors import UsageError
from tools.value import Value

BINS = 10


class Reference(Value):
    """How one input was spread when the model was made: inner edges of the bins (each belongs to the bin below it), shares of the bins, and the share that was missing."""

    name: str
    edges: tuple[float, ...]
    shares: tuple[float, ...]
    missing: float


def reference(name: str, values: NDArray[np.float64]) -> Reference:
    """The reference of one input: about `BINS` bins of equal share over its known values; NaN is missing.

    Raises:
        UsageError: no values.
    """
    if not len(values):
        raise UsageError(f"There are no values of {name!r} to refer to. Give those the model was made with.")
    known = values[~np.isnan(values)]
    edges = np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1])) if len(known) else np.empty(0)
    counts = np.bincount(np.searchsorted(edges, known), minlength=len(edges) + 1)
    shares = counts / max(len(known), 1)
    return Reference(
        name=name,
        edges=tuple(round(float(edge), 6) for edge in edges),
        shares=tuple(round(float(share), 6) for share in shares),
        missing=round(1 - len(known) / len(values), 6),
    )
