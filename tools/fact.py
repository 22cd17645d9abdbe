"""A fact: one figure a tool computed, with everything needed to show it and to check it."""

from datetime import date
from typing import Literal

from tools.value import Value

Unit = Literal[
    "money",  # value: int minor units of `currency`
    "percent",  # value: float, 4.39 means 4.39 %
    "points",  # value: float, percentage points
    "score",  # value: float in 0..1, shown with two decimals
    "in_100",  # value: float in 0..1, a share of simulated paths, shown as "18 in 100", at most as "more than 99 in 100"
    "count",  # value: int
    "minutes",  # value: int
    "hours",  # value: int
    "days",  # value: int
    "months",  # value: int
    "years",  # value: int
    "date",  # value: ISO date, "2027-03-31"
    "month",  # value: ISO month, "2027-03"
    "day_of_month",  # value: int 1..31, shown as an ordinal
    "label",  # value: str out of a closed list (a band, a segment): never free text
]


class Fact(Value):
    """One figure, by reference of which a reply speaks (`{{f:id}}`); drafts never hold the figure itself.

    Attributes:
        id: unique within the turn, e.g. `balance_forecast.1.p50_6m`.
        label: what it is, in the words to show beside it, e.g. "current account balance". Never untrusted text.
        value: see `Unit`.
        unit: how to read `value`.
        as_of: the business date it holds for.
        source: the tool that computed it, `you said`, or `catalogue:<product>@<version>`.
        currency: ISO 4217, for money only.
        period: the figure is per this period.
        digits: decimals to show; None means the natural form (pence when there are any).
        formula: how it was computed, in words and fact labels.
        inputs: ids of the facts it was computed from.
        subject: the customer it is about (`demo:1042`), or None when it is about nobody.
    """

    id: str
    label: str
    value: int | float | str
    unit: Unit
    as_of: date
    source: str
    currency: str | None = None
    period: Literal["month", "year", "week", "day"] | None = None
    digits: int | None = None
    formula: str | None = None
    inputs: tuple[str, ...] = ()
    subject: str | None = None
