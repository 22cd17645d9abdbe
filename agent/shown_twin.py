"""What the page "My twin" shows: values only, so that a server can name them before it loads what computes figures."""

from datetime import date
from typing import Any, Literal

from agent.reply import Block, Rich
from tools.twin.evolve.status import TwinStatus
from tools.value import Value

#: What the page rests on: the bookings of the customer, or what was stated and what is usual for people in a similar situation.
Basis = Literal["bookings", "stated"]
NormalMonthKey = Literal["income", "commitments", "spending", "left_over"]


class NormalMonthRow(Value):
    """One line of a normal month in minor units, outgoings negative.

    Between `low` and `high` it lies in 8 of 10 months; with the basis `stated`, for 8 of 10 people in a similar situation.
    """

    key: NormalMonthKey
    label: str
    amount_minor: int
    low_minor: int
    high_minor: int
    fact: str


class TwinChange(Value):
    """Something that is different from half a year ago, in words."""

    sentence: Rich
    on: date


class HabitShare(Value):
    """How much of one persona the twin saw in the customer, 0 to 1, and its fact."""

    persona: str
    share: float
    fact: str


class HabitMonth(Value):
    """The mix of personas as it looked on one day; the shares add up to 1, largest first."""

    on: date
    shares: tuple[HabitShare, ...]


class Lever(Value):
    """A slider: from `low` to `high` in steps, `now` as things are; percentage points or major units a month."""

    kind: Literal["rate_change", "save_more", "spend_less"]
    category: str | None = None
    label: str
    now: float
    low: float
    high: float
    step: float


class TwinWords(Value):
    """The checked words and figures of the page.

    Attributes:
        learnt_fact: how many whole months of bookings the twin has learnt from, or days while there is no whole month.
        habits_said: what the twin takes the customer's habits for, in words; None where that was not checked, or nothing is known.
        habits: the same over time, oldest first; empty before there is a whole month of bookings.
    """

    status: TwinStatus
    basis: Basis
    learnt_fact: str
    normal_month: tuple[NormalMonthRow, ...]
    changes: tuple[TwinChange, ...]
    levers: tuple[Lever, ...]
    habits_said: Rich | None
    habits: tuple[HabitMonth, ...]
    blocks: tuple[Block, ...]
    facts: dict[str, Any]
