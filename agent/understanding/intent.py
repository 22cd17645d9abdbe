"""Which capability a clause asks for: likeness to example phrases, blended with a linear classifier over them."""

from collections.abc import Collection
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agent.context import Role
from agent.understanding.phrases import Phrase, SentenceEncoder, Vectors, phrase_vectors, phrases

#: Share of the nearest examples in a score; the rest is the linear classifier.
_NEAREST_SHARE = 0.6
_NEIGHBOURS = 3
_RIDGE = 1.0


class Ranked(NamedTuple):
    """One label with its score: about 1.0 for words that are an example, below `intent.UNSURE` for words unlike any."""

    label: str
    score: float


class IntentModel:
    """Example phrases as vectors, and a ridge classifier solved in closed form from them when it is first used."""

    def __init__(self, encoder: SentenceEncoder, examples: tuple[Phrase, ...] | None = None, vectors: Vectors | None = None) -> None:
        self._encoder = encoder
        self._examples = phrases() if examples is None else examples
        self._vectors = phrase_vectors(encoder) if vectors is None else vectors
        self._labels = tuple(dict.fromkeys(example.label for example in self._examples))
        self._roles = tuple(example.role for example in self._examples)

    def vector(self, text: str) -> Vectors:
        """The clause as a unit vector."""
        return self._encoder.encode([text.casefold()])[0]

    def rank(self, text: str, role: Role, labels: Collection[str]) -> tuple[Ranked, ...]:
        """The labels that this role can mean, best first."""
        return self.rank_vector(self.vector(text), role, labels)

    def rank_vector(self, vector: Vectors, role: Role, labels: Collection[str], leave_out: int | None = None) -> tuple[Ranked, ...]:
        """As `rank`; `leave_out` is a phrase that does not count as an example, for choosing thresholds."""
        likeness = self._vectors @ vector
        if leave_out is not None:
            likeness[leave_out] = -1.0
        linear = self._linear_scores(vector)
        found: list[Ranked] = []
        for number, label in enumerate(self._labels):
            rows = self._rows(label, role)
            if label not in labels or not len(rows):
                continue
            near = np.sort(likeness[rows])[-_NEIGHBOURS:]
            nearest = 0.5 * float(near[-1]) + 0.5 * float(near.mean())
            found.append(Ranked(label, _NEAREST_SHARE * nearest + (1 - _NEAREST_SHARE) * float(linear[number])))
        return tuple(sorted(found, key=lambda ranked: -ranked.score))

    def _rows(self, label: str, role: Role) -> NDArray[np.int64]:
        key = (label, role)
        if key not in self._row_cache:
            rows = [i for i, example in enumerate(self._examples) if example.label == label and self._roles[i] in {None, role}]
            self._row_cache[key] = np.array(rows, dtype=np.int64)
        return self._row_cache[key]

    @cached_property
    def _row_cache(self) -> dict[tuple[str, Role], NDArray[np.int64]]:
        return {}

    @cached_property
    def _weights(self) -> NDArray[np.float32]:
        """Ridge regression of one-hot labels: shape (385, labels), the last row is the intercept."""
        x = np.hstack([self._vectors, np.ones((len(self._vectors), 1), dtype=np.float32)])
        y = np.zeros((len(self._examples), len(self._labels)), dtype=np.float32)
        for row, example in enumerate(self._examples):
            y[row, self._labels.index(example.label)] = 1.0
        return np.linalg.solve(x.T @ x + _RIDGE * np.eye(x.shape[1], dtype=np.float32), x.T @ y)

    def _linear_scores(self, vector: Vectors) -> NDArray[np.float32]:
        return vector @ self._weights[:-1] + self._weights[-1]
