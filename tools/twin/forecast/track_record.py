"""How well a twin has done: what it would have said months ago, held against what the balance then was."""

from datetime import date

from tools.errors import TooShortError
from tools.ledger.features import features_of
from tools.ledger.history import History
from tools.ledger.movements import daily_balances, movements_of
from tools.ledger.past import history_on
from tools.twin.fit.fit import fit_twin
from tools.twin.forecast.forecast import balance_forecast, month_after
from tools.value import Value

#: How far ahead the judged forecasts looked.
AHEAD_MONTHS = 3
_PATHS = 256


class JudgedMonth(Value):
    """One past month end: the band that 8 in 10 paths of a forecast made `AHEAD_MONTHS` before stayed in, and the booked balance."""

    ends_on: date
    low_minor: int
    high_minor: int
    balance_minor: int

    @property
    def inside(self) -> bool:
        """Whether the balance ended within the band."""
        return self.low_minor <= self.balance_minor <= self.high_minor


def track_record(history: History, months: int = 12) -> tuple[JudgedMonth, ...]:
    """The last `months` steps of a month up to `as_of`, oldest first, as far as there was history enough to forecast them.

    Each forecast is fitted to the history as it was then, so nothing of what it is judged by is in it.
    """
    movements = movements_of(history)
    if not len(movements.day):
        return ()
    first = int(movements.day[0])
    balances = daily_balances(movements, ("current", "business"), first)
    judged: list[JudgedMonth] = []
    for back in range(months - 1, -1, -1):
        made_on, ends_on = month_after(history.as_of, -back - AHEAD_MONTHS), month_after(history.as_of, -back)
        if made_on.toordinal() < first:
            continue
        past = history_on(history, made_on)
        try:
            ahead = balance_forecast(fit_twin(past, features_of(past)), AHEAD_MONTHS, _PATHS).months[-1]
        except TooShortError:
            continue
        balance = int(balances[ends_on.toordinal() - first])
        judged.append(JudgedMonth(ends_on=ends_on, low_minor=ahead.p10_minor, high_minor=ahead.p90_minor, balance_minor=balance))
    return tuple(judged)
