"""Whether what goes into a score, and what comes out, still looks as it did when the model was made."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tools.stress.model.reference import Reference
from tools.value import Value

#: Usual reading of the index in credit scoring (Siddiqi 2006): below 0.10 stable, from 0.25 on a changed population.
_WATCH, _ACT = 0.10, 0.25
#: An empty bin counts as half a case, so that the logarithm exists.
_EMPTY = 0.5

DriftState = Literal["stable", "watch", "drifted", "too_few"]
#: With fewer cases the index of ten bins is mostly chance: its expectation without any drift is about (bins - 1) / n.
FEWEST_CASES = 200


class Drift(Value):
    """Population stability index of one input against its reference; None when there are too few cases."""

    name: str
    psi: float | None
    state: DriftState
    missing_before: float
    missing_now: float


def drift(before: Reference, values: NDArray[np.float64]) -> Drift:
    """How far the values of today are from the reference: sum over bins of (now - before) ln(now / before), missing being a bin too."""
    known = values[~np.isnan(values)]
    missing = 1 - len(known) / len(values) if len(values) else 0.0
    if len(values) < FEWEST_CASES:
        return Drift(name=before.name, psi=None, state="too_few", missing_before=before.missing, missing_now=round(missing, 4))
    counts = np.bincount(np.searchsorted(np.array(before.edges), known), minlength=len(before.shares))
    now = _floored(np.append(counts, len(values) - len(known)), len(values))
    then = _floored(np.append(np.array(before.shares) * (1 - before.missing), before.missing) * len(values), len(values))
    index = float(np.sum((now - then) * np.log(now / then)))
    return Drift(name=before.name, psi=round(index, 4), state=_state(index), missing_before=before.missing, missing_now=round(missing, 4))


def drifts(before: Sequence[Reference], matrix: NDArray[np.float64]) -> tuple[Drift, ...]:
    """The drift of every column of `matrix` [cases, references], the most drifted first."""
    found = [drift(each, matrix[:, at]) for at, each in enumerate(before)]
    return tuple(sorted(found, key=lambda one: (-(one.psi or 0.0), one.name)))


def _floored(counts: NDArray[np.float64] | NDArray[np.int64], total: int) -> NDArray[np.float64]:
    raised = np.maximum(counts.astype(float), _EMPTY)
    return raised / max(raised.sum(), total)


def _state(index: float) -> DriftState:
    if index >= _ACT:
        return "drifted"
    return "watch" if index >= _WATCH else "stable"
