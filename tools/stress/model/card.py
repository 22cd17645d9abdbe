"""What a model says about itself: data, label, splits, measures with intervals beside baselines, and its limits."""

from datetime import date
from typing import Literal

from tools.stress.model.reference import Reference
from tools.value import Value

Label = Literal["default_next_month", "penalty_or_negative_90d", "trouble_90d"]
SplitName = Literal["cross_validated", "held_out", "later"]
Measured = Literal["model", "one_rule", "logistic", "plain_xgboost", "scorecard"]
Limit = Literal[
    "few_positive_groups", "synthetic_data", "rare_signals_taught", "one_market", "only_accounts_held_here", "main_currency_only", "old_data",
]  # fmt: skip


class Interval(Value):
    """A measure with the bounds of its 95 % bootstrap interval, whole groups drawn at a time."""

    value: float
    low: float
    high: float


class Measures(Value):
    """How one way of scoring did on one split; None where it cannot be said.

    Attributes:
        brier, calibration_error: of probabilities; None for a way of scoring that gives none.
        precision_top_1, precision_top_5: share of trouble among the highest 1 and 5 % of each week's cases.
        lead_days: median days from a group's first case in the highest 5 % to its event, over the groups whose event was seen so.
        seen_groups: how many groups with an event were in the highest 5 % before it.
    """

    name: Measured
    auc: Interval | None
    ap: Interval | None
    brier: float | None = None
    calibration_error: float | None = None
    precision_top_1: float | None = None
    precision_top_5: float | None = None
    lead_days: float | None = None
    seen_groups: int | None = None


class Split(Value):
    """One way of keeping the judged cases from what was learned, and what was measured on it.

    `cross_validated`: group folds over all cases. `held_out`: groups that the judged trees learned nothing from. `later`: groups outside
    the learning ones, at later cutoffs whose outcomes begin after the last outcome that was learned.
    """

    name: SplitName
    cases: int
    groups: int
    positives: int
    positive_groups: int
    measures: tuple[Measures, ...]

    def measured(self, name: Measured) -> Measures | None:
        """The row of that name."""
        return next((row for row in self.measures if row.name == name), None)


class ModelCard(Value):
    """The card of a stress model.

    Attributes:
        source: format of the data it was learned from.
        data_hash: SHA-256 over ids, cutoffs, inputs and labels of the cases.
        horizon_days: how far ahead the label looks.
        groups: accounts or customers; all cases of one are always on the same side of a split.
        parameters: of XGBoost, with `rounds`.
        reference: how inputs and score were spread, for measuring drift.
        command: what made it.
    """

    source: Literal["berka", "uci-credit", "bank"]
    data_hash: str
    label: Label
    horizon_days: int
    first_cutoff: date
    last_cutoff: date
    cases: int
    groups: int
    positives: int
    positive_groups: int
    base_rate: float
    parameters: dict[str, float | int | str]
    splits: tuple[Split, ...]
    limits: tuple[Limit, ...]
    reference: tuple[Reference, ...]
    command: str
    xgboost: str

    def split(self, name: SplitName) -> Split | None:
        """The split of that name, None where the data did not allow it."""
        return next((each for each in self.splits if each.name == name), None)
