"""What drives a stress score: the reasons that add most, exactly as the model adds them, with the customer's own values."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from tools.errors import TooShortError
from tools.ledger.query import Band
from tools.stress.families.card import STATEMENTS
from tools.stress.inputs import INPUT_AT, INPUTS
from tools.stress.model.file import shipped_model
from tools.stress.model.model import StressModel
from tools.stress.score import LEAST_SAID, Reading, StressStatus, readings_of
from tools.value import Value

MOST = 4
#: Log-odds below which nothing is called a reason: it changes the odds by less than a quarter.
LEAST = 0.22

_LOW = ("lowest_30d", "days_below_zero_30d", "days_below_zero", "lowest_90d")
_BUFFER = ("buffer_days", *_LOW)
_CARD_USE, _CARD_PAID, _CARD_LATE = ("card_use", "card_use_mean"), ("card_paid", "card_paid_mean"), ("card_late", "card_late_count")
#: Readings that few people would understand, and the plainer ones that tell the same, the plainest first.
TOLD_BY: dict[str, tuple[str, ...]] = {
    "buffer_days": _BUFFER, "room_in_swings": _BUFFER, "mean_in_day_swings": _BUFFER, "left_after_worst_month": _BUFFER,
    "balance_in_income": _BUFFER, "lowest_30d": _LOW, "lowest_90d": _LOW, "usual_low": _LOW, "low_in_day_swings": _LOW,
    "low_in_largest_falls": _LOW, "balance_drops_lately": ("balance_decline",), "balance_slope": ("balance_decline",),
    "late_salaries_lately": ("late_salary",), "late_utilities_lately": ("late_utility",), "income_drop_30d": ("income_drop",),
    "month_net": ("income_covers",), "savings_months": ("thin_buffer",), "failed_debits_lately": ("failed_debits",), "penalties_lately": ("penalty_interest",),
    "penalty_interest_184d": ("penalty_interest",), "lending_apps_lately": ("lending_app_uses", "borrowed_share"),
    "gambling_lately": ("gambling_share",), "cash_withdrawals_lately": ("cash_share",), "balance_variation": ("balance_swing",),
    "card_use_rise": _CARD_USE, "card_use_mean": _CARD_USE, "card_paid_mean": _CARD_PAID, "card_late_worst": _CARD_LATE,
    "card_late_count": _CARD_LATE, "card_late_trend": _CARD_LATE,
    **{f"card_use_{month}m": _CARD_USE for month in range(1, STATEMENTS)},
    **{f"card_paid_{month}m": _CARD_PAID for month in range(1, STATEMENTS)},
    **{f"card_late_{month}m": _CARD_LATE for month in range(1, STATEMENTS)},
}  # fmt: skip


class Driver(Reading):
    """A reading that raises the score.

    Attributes:
        contribution: log-odds that its reason adds: the sum over all readings of that reason, exactly as the trees add them.
        share: that as percent of all reasons that raise the score.
    """

    contribution: float
    share: float


class StressDrivers(Value):
    """At most four reasons that raise the score, the largest first (reasons of a decision, R10); empty when nothing does."""

    customer_id: str
    as_of: date
    model: str
    score: float
    band: Band
    drivers: tuple[Driver, ...]


def explain_stress(status: StressStatus) -> StressDrivers:
    """The main drivers of a status: the model's own contributions (exact SHAP values of its trees).

    Raises:
        TooShortError: the status has no score.
    """
    if status.score is None:
        raise TooShortError(
            f"There are only {status.days_of_history} days of bookings, so there is no score to explain. Ask again after a month."
        )
    values = np.array([[np.nan if reading.value is None else reading.value for reading in status.readings]])
    return StressDrivers(
        customer_id=status.customer_id,
        as_of=status.as_of,
        model=status.model,
        score=status.score,
        band=status.band,
        drivers=drivers_of(shipped_model(), values)[0],
    )


def drivers_of(model: StressModel, matrix: NDArray[np.float64]) -> list[tuple[Driver, ...]]:
    """The drivers of each row of a matrix of the model's inputs, at most four, the largest first."""
    own = [at for at, name in enumerate(model.inputs) if name in INPUT_AT]
    contributions = model.contributions(matrix)[:, own]
    return [_drivers(readings_of(model, values), row) for values, row in zip(matrix.tolist(), contributions.tolist(), strict=True)]


def _drivers(readings: Sequence[Reading], contributions: Sequence[float]) -> tuple[Driver, ...]:
    """One driver for each reason: balances that are low in four ways are one reason."""
    known = {reading.key: reading for reading in readings}
    added = dict(zip(known, contributions, strict=True))
    sums: dict[str, float] = {}
    for told, total in _reasons(known, added):
        sums[told] = sums.get(told, 0.0) + total
    raising = sum(total for total in sums.values() if total > 0)
    found = [
        Driver(**known[told].model_dump(), contribution=round(total, 4), share=round(100 * total / raising, 2))
        for told, total in sums.items()
        if total >= LEAST
    ]
    return tuple(sorted(found, key=lambda driver: (-driver.contribution, driver.key))[:MOST])


def _reasons(known: Mapping[str, Reading], added: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    """Each reason as the reading that tells it and what it adds in all. Readings with the same remedy are one reason."""
    groups: dict[str, list[Reading]] = {}
    for reading in known.values():
        groups.setdefault(_reason(reading, known), []).append(reading)
    for group in groups.values():
        raising = [reading for reading in group if added[reading.key] > 0 and _strained(reading)]
        if raising:
            most = max(raising, key=lambda reading: (added[reading.key], reading.key))
            yield _teller(most, known), sum(added[reading.key] for reading in group)


def _reason(reading: Reading, known: Mapping[str, Reading]) -> str:
    first = next((known[name] for name in TOLD_BY.get(reading.key, ()) if name in known), reading)
    return reading.remedy or first.remedy or first.key


def _teller(reading: Reading, known: Mapping[str, Reading]) -> str:
    """The plainest reading that tells this one and shows strain itself; this one where none does."""
    return next((name for name in TOLD_BY.get(reading.key, ()) if name in known and _sayable(known[name])), reading.key)


def _strained(reading: Reading) -> bool:
    """Whether the value itself is a sign of strain: no failed debit at all is never a reason, whatever the trees make of it."""
    if reading.value is None:
        return False
    return (reading.value - INPUTS[INPUT_AT[reading.key]].enough) * reading.direction >= LEAST_SAID[reading.unit]


def _sayable(reading: Reading) -> bool:
    """Whether the value reads well before its words: a level below zero is told by the days below zero."""
    return _strained(reading) and (reading.value or 0.0) >= 0
