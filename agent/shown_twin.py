"""What the page "My twin" shows: values only, so that a server can name them before it loads what computes figures."""

from datetime import date
from typing import Any, Literal

from agent.reply import Block, Rich
from tools.twin.twin import PersonaShare
from tools.value import Value

NormalMonthKey = Literal["income", "commitments", "spending", "left_over"]


class NormalMonthRow(Value):
    """One line of a normal month in minor units, outgoings negative; between `low` and `high` it lies in 8 of 10 months."""

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
    """The checked words and figures of the page."""

    months_fact: str
    normal_month: tuple[NormalMonthRow, ...]
    changes: tuple[TwinChange, ...]
    levers: tuple[Lever, ...]
    persona: str
    persona_mix: tuple[PersonaShare, ...]
    blocks: tuple[Block, ...]
    facts: dict[str, Any]
