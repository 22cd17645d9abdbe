"""How a customer's twin and its mix of personas looked at past month ends."""

from collections.abc import Iterable
from datetime import date

from tools.errors import TooShortError, UsageError
from tools.ledger.features import features_of
from tools.ledger.history import History
from tools.ledger.past import history_on
from tools.twin.calendar.payment_day import month_step
from tools.twin.fit.fit import fit_twin
from tools.twin.twin import PersonaShare, Twin
from tools.value import Value

MOST_MONTHS = 36
_LAST_DAY = 31


class MixPoint(Value):
    """The mix at one month end, largest share first."""

    as_of: date
    months_of_history: int
    persona_mix: tuple[PersonaShare, ...]


def past_twins(history: History, months: int) -> tuple[Twin, ...]:
    """The twin at each of the last `months` month ends up to the business date, oldest first, each from what was known then.

    Month ends at which the history was too short for a twin are left out. Versions count from 1 in this order.

    Raises:
        UsageError: no month, or more than `MOST_MONTHS`.
    """
    if not 1 <= months <= MOST_MONTHS:
        raise UsageError(f"Cannot look back {months} months. Choose 1 to {MOST_MONTHS}.", code="bad_horizon")
    this = month_step(history.as_of, 0, _LAST_DAY)
    latest = 0 if this <= history.as_of else -1
    found: list[Twin] = []
    for back in range(months - 1, -1, -1):
        past = history_on(history, month_step(history.as_of, latest - back, _LAST_DAY))
        try:
            found.append(fit_twin(past, features_of(past), version=len(found) + 1))
        except TooShortError:
            continue
    return tuple(found)


def persona_over_time(twins: Iterable[Twin]) -> tuple[MixPoint, ...]:
    """The mix of personas of each of these twins of one customer, as `past_twins` gives them, oldest first."""
    return tuple(
        MixPoint(as_of=twin.as_of, months_of_history=twin.months_of_history, persona_mix=twin.persona_mix)
        for twin in sorted(twins, key=lambda twin: twin.as_of)
    )
