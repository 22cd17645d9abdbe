"""Deciding about a proposal: the person's own act in the interface, never their words, and what came of it."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from pydantic import Field

from agent.contact import LONGEST_TEXT, ProposedContact
from tools.twin.goal.goal import Goal
from tools.value import Value

Act = Literal["approved", "declined", "undone"]

#: What came of an act that is said of every kind of proposal. The first two changed something; repeated with the same key they say the
#: same again, as `saved`, `queued` and `noted` do.
CommonOutcome = Literal[
    "declined", "undone", "expired", "already_approved", "already_declined", "already_undone", "not_approved", "too_late", "overtaken"
]
GoalOutcome = Literal["saved", CommonOutcome, "bad_goal"]
#: `queued`: the text goes out when the time to undo has passed; `noted`: the call is in the log; `bad_text`: what it says does not pass.
ContactOutcome = Literal["queued", "noted", CommonOutcome, "bad_text"]
DecisionOutcome = Literal[GoalOutcome, ContactOutcome]

ProposalState = Literal["open", "approved", "declined", "expired", "undone"]


class Decision(Value):
    """What the person did with a proposal.

    Attributes:
        key: made when the button is pressed; the same key again is the same act, not another one.
        reason: why it was declined, in the person's own words.
        amount: where the person changed it before approving, major units of the plan's currency; `by` likewise.
        text: the text that would go out, where the person changed it before approving.
    """

    proposal: str = Field(min_length=1, max_length=100)
    status: Act
    key: str = Field(min_length=1, max_length=100)
    reason: str = Field(default="", max_length=400)
    amount: Decimal | None = Field(default=None, gt=0)
    by: date | None = None
    text: str | None = Field(default=None, min_length=1, max_length=LONGEST_TEXT)


class Decided(Value):
    """What is so after an act.

    Attributes:
        customer_id: whom it is about.
        undo_minutes: how long the act can be taken back, counted from the act itself; None when it cannot.
        undo_until: the moment when that ends.
    """

    outcome: DecisionOutcome
    customer_id: str
    undo_minutes: int | None = None
    undo_until: datetime | None = None


class DecidedGoal(Decided):
    """What is so after an act about a goal.

    Attributes:
        goal: as it is saved, or as it was proposed where nothing was saved.
        currency: of its amount.
        plan_version: of the plan that is valid now.
        goals: how many goals that plan has.
    """

    goal: Goal
    currency: str
    plan_version: int
    goals: int


class DecidedContact(Decided):
    """What is so after an act about a contact.

    Attributes:
        contact: as it was approved, or as it was proposed where it was not.
        broken: rules that the changed text breaks.
    """

    contact: ProposedContact
    broken: tuple[str, ...] = ()
