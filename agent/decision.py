"""Deciding about a proposal: the person's own act in the interface, never their words, and what came of it."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from pydantic import Field

from tools.twin.goal.goal import Goal
from tools.value import Value

Act = Literal["approved", "declined", "undone"]

#: What came of an act. The first three changed something; repeated with the same key they say the same again.
DecisionOutcome = Literal[
    "saved",
    "declined",
    "undone",
    "expired",
    "already_approved",
    "already_declined",
    "already_undone",
    "not_approved",
    "too_late",
    "overtaken",
    "bad_goal",
]

ProposalState = Literal["open", "approved", "declined", "expired", "undone"]


class Decision(Value):
    """What the person did with a proposal.

    Attributes:
        key: made when the button is pressed; the same key again is the same act, not another one.
        reason: why it was declined, in the person's own words.
        amount: where the person changed it before approving, major units of the plan's currency; `by` likewise.
    """

    proposal: str = Field(min_length=1, max_length=100)
    status: Act
    key: str = Field(min_length=1, max_length=100)
    reason: str = Field(default="", max_length=400)
    amount: Decimal | None = Field(default=None, gt=0)
    by: date | None = None


class Decided(Value):
    """What is so after an act.

    Attributes:
        goal: as it is saved, or as it was proposed where nothing was saved.
        currency: of its amount.
        customer_id: whose plan it is about.
        plan_version: of the plan that is valid now.
        goals: how many goals that plan has.
        undo_minutes: how long the act can be taken back, counted from the act itself; None when it cannot.
        undo_until: the moment when that ends.
    """

    outcome: DecisionOutcome
    goal: Goal
    currency: str
    customer_id: str
    plan_version: int
    goals: int
    undo_minutes: int | None = None
    undo_until: datetime | None = None
