"""What savings and current accounts came to together at past month ends."""

from datetime import date, timedelta

from tools.ledger.features import Features
from tools.ledger.history import History
from tools.ledger.movements import daily_balances, movements_of

_KINDS = ("current", "business", "savings")


def past_money(history: History, features: Features, most: int) -> tuple[tuple[str, int], ...]:
    """The last `most` calendar months (`2027-03`, the running one included) with what there was at their end, in minor units.

    Nothing where a part of the savings is no account: what a deposit without bookings was worth in the past is not known.
    """
    movements = movements_of(history)
    if features.first_booking_on is None:
        return ()
    first = features.first_booking_on.toordinal()
    total = daily_balances(movements, _KINDS, first)
    if int(total[-1]) != features.balance_minor + features.savings_minor:
        return ()
    return tuple((month.month, int(total[_last_day(month.month, history.as_of) - first])) for month in features.months[-most:])


def _last_day(month: str, as_of: date) -> int:
    """Ordinal of the last day of a month, or of the business date in the running one."""
    year, number = map(int, month.split("-"))
    following = date(year + number // 12, number % 12 + 1, 1)
    return min(following - timedelta(days=1), as_of).toordinal()
