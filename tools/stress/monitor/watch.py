"""How the stress model does on the bank's own customers: one report over all that is watched. Groups and numbers, never a person."""

from datetime import date

from tools.stress.model.card import ModelCard
from tools.stress.monitor.calibration import PeriodCalibration
from tools.stress.monitor.changes import BookChanges
from tools.stress.monitor.drift import Drift
from tools.stress.monitor.groups import GroupRates
from tools.value import Value


class ModelReport(Value):
    """What is known of a model in use.

    Attributes:
        source: the customers that it was looked at with; `others` are further sources of the bank, never mixed with them.
        looked_at: customers whose inputs of today are compared with those it learned from; `sampled` when there are more.
        inputs: drift of every input, the most drifted first; `score` that of its score.
        calibration: by month, what scores said that are at least a horizon old, and what came.
        judged: how many of them there are.
        changes: flows between bands; None where nobody is scored.
        groups: rates of the critical band by group.
        network_basis: the legal basis on which the stress of neighbours is looked at; None while that is off.
    """

    name: str
    hash: str
    card: ModelCard
    source: str
    others: tuple[str, ...]
    as_of: date
    looked_at: int
    sampled: bool
    inputs: tuple[Drift, ...]
    score: Drift | None
    calibration: tuple[PeriodCalibration, ...]
    judged: int
    changes: BookChanges | None
    groups: tuple[GroupRates, ...]
    network_basis: str | None = None
