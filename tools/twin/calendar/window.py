"""The months a fit looks at."""

from calendar import monthrange
from datetime import date

from tools.ledger.features import Features, MonthFlow


def whole_months(features: Features, most: int = 12) -> tuple[MonthFlow, ...]:
    """The last calendar months, at most `most`, that the bookings cover from (nearly) the first day to the last."""
    first = features.first_booking_on

    def whole(flow: MonthFlow) -> bool:
        year, month = (int(part) for part in flow.month.split("-"))
        started = first is not None and first <= date(year, month, 7)
        return started and date(year, month, monthrange(year, month)[1]) <= features.as_of

    return tuple(flow for flow in features.months if whole(flow))[-most:]
