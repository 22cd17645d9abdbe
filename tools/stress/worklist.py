"""Whom a manager turns to today: most urgent first, and for the same cause what takes least time. Plain rules, to be read off the page."""

from datetime import date, timedelta
from typing import Literal, get_args

from tools.ledger.query import Band
from tools.value import Value

#: Now: today; this_week: within some days; soon: when there is time.
Urgency = Literal["now", "this_week", "soon"]
URGENCIES: tuple[Urgency, ...] = get_args(Urgency)

#: Why somebody is on the list, the most urgent first; the first that holds is told.
Cause = Literal["follow_up_due", "became_critical", "critical", "entered_watchlist", "rising", "watchlist"]
CAUSES: tuple[Cause, ...] = get_args(Cause)

#: What to do next. review: look at the case first, because no contact may be made now.
Step = Literal["follow_up", "call", "email_offer", "sms", "review"]
#: What a step takes of a manager's time, in minutes: an estimate that ranks, not a measurement.
MINUTES: dict[Step, int] = {"sms": 2, "email_offer": 5, "review": 5, "follow_up": 10, "call": 15}

#: A client spoken to within so many days, with no follow-up due, is left in peace.
REST_DAYS = 7
#: A smaller change of the score is called steady, as in `tools.stress.score`.
STEADY = 0.05

_URGENT: dict[Cause, Urgency] = {
    "follow_up_due": "now",
    "became_critical": "now",
    "critical": "this_week",
    "entered_watchlist": "this_week",
    "rising": "this_week",
    "watchlist": "soon",
}


class Case(Value):
    """What is known of one client.

    Attributes:
        score_before, band_before: as they stood at the beginning of the time that is looked back on; None and too_short for unknown.
        contacted_on: the last contact that a manager logged.
        follow_up_on: when to come back to it, as that contact says.
        action: what the bank's policy suggests, none for nothing, None where it was not asked.
    """

    customer_id: str
    score: float | None
    band: Band
    score_before: float | None = None
    band_before: Band = "too_short"
    contacted_on: date | None = None
    follow_up_on: date | None = None
    action: Literal["none", "sms", "email_offer", "call"] | None = None


class Task(Value):
    """One line of the list."""

    customer_id: str
    urgency: Urgency
    cause: Cause
    step: Step
    minutes: int
    score: float | None


def worklist(cases: tuple[Case, ...], today: date) -> tuple[Task, ...]:
    """The tasks of a day: by urgency and cause, then by the least time, then by the highest score; the key decides between equals."""
    tasks = [task for case in cases if (task := _task(case, today)) is not None]
    return tuple(
        sorted(tasks, key=lambda task: (CAUSES.index(task.cause), task.minutes, -(task.score or 0.0), task.customer_id))
    )  # fmt: skip


def _task(case: Case, today: date) -> Task | None:
    cause = _cause(case, today)
    if cause is None:
        return None
    step = _step(case, cause)
    return Task(
        customer_id=case.customer_id, urgency=_URGENT[cause], cause=cause, step=step, minutes=MINUTES[step], score=case.score
    )  # fmt: skip


def _cause(case: Case, today: date) -> Cause | None:
    if case.follow_up_on is not None:
        # A day that was agreed stands: not earlier, and whatever the score says by then.
        return "follow_up_due" if case.follow_up_on <= today else None
    if case.contacted_on is not None and today - case.contacted_on < timedelta(days=REST_DAYS):
        return None
    if case.band == "critical":
        return "critical" if case.band_before in {"critical", "too_short"} else "became_critical"
    if case.band != "watchlist":
        return None
    if case.band_before == "healthy":
        return "entered_watchlist"
    return "rising" if _rising(case) else "watchlist"


def _rising(case: Case) -> bool:
    return case.score is not None and case.score_before is not None and case.score - case.score_before >= STEADY - 1e-9


def _step(case: Case, cause: Cause) -> Step:
    if cause == "follow_up_due":
        return "follow_up"
    if case.action == "none":
        return "review"
    if case.action is not None:
        return case.action
    return "call" if case.band == "critical" else "email_offer"
