"""What drives a stress score: the signals that add most, with the customer's own values."""

from datetime import date

from tools.errors import TooShortError
from tools.ledger.query import Band
from tools.stress.score import Reading, StressStatus
from tools.value import Value

MOST = 4


class StressDrivers(Value):
    """At most four readings that raise the score, the largest first (reasons of a decision, R10); empty when nothing does."""

    customer_id: str
    as_of: date
    model: str
    score: float
    band: Band
    drivers: tuple[Reading, ...]


def explain_stress(status: StressStatus) -> StressDrivers:
    """The main drivers of a status, exactly the model's own contributions.

    Raises:
        TooShortError: the status has no score.
    """
    if status.score is None:
        raise TooShortError(
            f"There are only {status.days_of_history} days of bookings, so there is no score to explain. Ask again after a month."
        )
    raising = [reading for reading in status.readings if reading.contribution > 0]
    ordered = sorted(raising, key=lambda reading: (-reading.contribution, reading.key))
    return StressDrivers(
        customer_id=status.customer_id,
        as_of=status.as_of,
        model=status.model,
        score=status.score,
        band=status.band,
        drivers=tuple(ordered[:MOST]),
    )
