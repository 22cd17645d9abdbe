"""The hand-weighted scorecard that scored before a model was learned: a baseline, and what is known of signals that are too rare to learn."""

import tomllib
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from tools.stress.learn.cases import Cases
from tools.value import Value

Floats = NDArray[np.float64]


class Row(Value):
    """A signal whose strength runs from 0 at `start` to 1 at `full`, with a weight in log-odds."""

    key: str
    start: float = Field(alias="from", ge=0)
    full: float = Field(alias="to")
    weight: float = Field(ge=0)


@lru_cache(maxsize=1)
def rows() -> tuple[Row, ...]:
    """All signals, the heaviest first."""
    table = tomllib.loads(files("tools.stress.learn").joinpath("scorecard.toml").read_text(encoding="utf-8"))
    return tuple(Row.model_validate(row) for row in table["signal"])


def log_odds(cases: Cases) -> Floats | None:
    """The scorecard's log-odds of every case, without its intercept; None where none of its signals is among the inputs."""
    known = [row for row in rows() if row.key in cases.names]
    if not known:
        return None
    total = np.zeros(len(cases))
    for row in known:
        strength = (cases.matrix[:, cases.names.index(row.key)] - row.start) / (row.full - row.start)
        total += row.weight * np.nan_to_num(np.clip(strength, 0.0, 1.0))
    return total


def taught(cases: Cases, share: float, chance: float) -> tuple[Floats, Floats]:
    """Made-up cases that show what each signal alone means: [made, inputs] and their labels, which are chances.

    Trouble rarely comes with one signal, so trees learn the commonest ones and are blind to the rest: in data where every penalty
    follows a failed debit, a penalty adds nothing. So calm cases are drawn (`share` of all for each signal), one signal is set to
    its full strength, and the label says `chance` times the signal's weight. They are only learned from: never judged on, and the
    calibration does not see them.
    """
    rng = np.random.default_rng(0)
    calm = np.flatnonzero(~cases.label)
    drawn = min(max(round(share * len(cases)), 1), len(calm))
    matrices, labels = [np.empty((0, len(cases.names)))], [np.empty(0)]
    for row in rows():
        if row.key in cases.names:
            made = cases.matrix[rng.choice(calm, drawn, replace=False)]
            column = cases.names.index(row.key)
            made[:, column] = np.fmax(made[:, column], row.full)
            matrices.append(made)
            labels.append(np.full(drawn, min(chance * row.weight, 1.0)))
    return np.concatenate(matrices), np.concatenate(labels)
