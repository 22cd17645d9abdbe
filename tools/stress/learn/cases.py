"""Cases to learn from and to judge on: one row of inputs a group and cutoff, and what came of it."""

import hashlib
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tools.stress.model.card import Label

Floats = NDArray[np.float64]
Source = Literal["berka", "uci-credit", "bank"]


@dataclass(frozen=True, eq=False)
class Cases:
    """N cases. Inputs know nothing after the cutoff; the outcome is read apart from them.

    Attributes:
        ids: the set's own id of each case's account or customer: cases of one id are never on two sides of a split, [N].
        cutoffs: ordinal of the last day that the inputs know, [N].
        names, directions: of the columns.
        matrix: inputs, [N, columns]; NaN where the history cannot say.
        event: days from the cutoff to the event, infinity for none within the horizon, NaN while it is not known, [N].
    """

    source: Source
    label_name: Label
    horizon_days: int
    ids: NDArray[np.str_]
    cutoffs: NDArray[np.int64]
    names: tuple[str, ...]
    directions: tuple[int, ...]
    matrix: Floats
    event: Floats

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def label(self) -> NDArray[np.bool_]:
        """Whether the event came within the horizon."""
        return np.isfinite(self.event)

    @property
    def known(self) -> NDArray[np.bool_]:
        """Whether the outcome is known."""
        return ~np.isnan(self.event)

    @property
    def positive_ids(self) -> int:
        """Groups with an event in at least one case."""
        return len(np.unique(self.ids[self.label]))

    def only(self, mask: NDArray[np.bool_] | NDArray[np.intp]) -> "Cases":
        """These cases alone."""
        return replace(self, ids=self.ids[mask], cutoffs=self.cutoffs[mask], matrix=self.matrix[mask], event=self.event[mask])

    def data_hash(self) -> str:
        """SHA-256 over ids, cutoffs, inputs and outcomes."""
        digest = hashlib.sha256()
        for part in (",".join(self.ids.tolist()).encode(), self.cutoffs.tobytes(), self.matrix.tobytes(), self.event.tobytes()):
            digest.update(part)
        return digest.hexdigest()
