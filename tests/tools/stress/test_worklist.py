"""Today's list: what is due comes first, then who got worse; whoever has just been spoken to is left in peace."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.stress.worklist import CAUSES, MINUTES, REST_DAYS, URGENCIES, Case, Task, worklist

TODAY = date(2026, 3, 2)


def case(number: int = 1, score: float | None = 0.75, before: float | None = 0.75, **more: object) -> Case:
    def band(of: float | None) -> str:
        return "too_short" if of is None else "critical" if of >= 0.7 else "watchlist" if of >= 0.4 else "healthy"

    fields = {"customer_id": f"demo:{number}", "score": score, "band": band(score), "score_before": before, "band_before": band(before)}
    return Case.model_validate({**fields, **more})


def only(given: Case) -> Task:
    (task,) = worklist((given,), TODAY)
    return task


@pytest.mark.parametrize(
    ("given", "cause", "urgency", "step"),
    [
        (case(follow_up_on=TODAY), "follow_up_due", "now", "follow_up"),
        (case(score=0.10, before=0.80, follow_up_on=TODAY - timedelta(days=3)), "follow_up_due", "now", "follow_up"),
        (case(before=0.55), "became_critical", "now", "call"),
        (case(before=None), "critical", "this_week", "call"),
        (case(), "critical", "this_week", "call"),
        (case(score=0.45, before=0.30), "entered_watchlist", "this_week", "email_offer"),
        (case(score=0.50, before=0.45), "rising", "this_week", "email_offer"),
        (case(score=0.50, before=0.46), "watchlist", "soon", "email_offer"),
        (case(score=0.50, before=None), "watchlist", "soon", "email_offer"),
        (case(action="sms"), "critical", "this_week", "sms"),
        (case(action="none"), "critical", "this_week", "review"),
    ],
)
def test_cause_urgency_and_step(given: Case, cause: str, urgency: str, step: str):
    task = only(given)
    assert (task.cause, task.urgency, task.step, task.minutes) == (cause, urgency, step, MINUTES[task.step])


@pytest.mark.parametrize(
    "given",
    [
        case(score=0.20, before=0.75),
        case(score=None, before=None),
        case(follow_up_on=TODAY + timedelta(days=1)),
        case(before=0.30, contacted_on=TODAY - timedelta(days=REST_DAYS - 1)),
    ],
)
def test_who_is_well_too_young_or_in_hand_is_not_on_it(given: Case):
    assert worklist((given,), TODAY) == ()


def test_rest_ends():
    assert only(case(contacted_on=TODAY - timedelta(days=REST_DAYS))).cause == "critical"


def test_urgent_first_then_what_takes_least_time_then_the_highest_score():
    cases = (
        case(1, score=0.50, before=0.50),
        case(2, score=0.71),
        case(3, score=0.90),
        case(4, score=0.80, action="sms"),
        case(5, score=0.72, before=0.60),
        case(6, score=0.45, before=0.45, follow_up_on=TODAY),
        case(7, score=0.90),
    )
    assert [task.customer_id[5:] for task in worklist(cases, TODAY)] == ["6", "5", "4", "3", "7", "2", "1"]


SCORES = st.none() | st.floats(0, 1).map(lambda score: round(score, 2))
DAYS = st.none() | st.integers(-40, 40).map(lambda days: TODAY + timedelta(days=days))


@given(st.lists(st.tuples(SCORES, SCORES, DAYS, DAYS), max_size=12), st.randoms(use_true_random=False))
def test_the_order_does_not_hang_on_how_the_clients_came(given, random):
    cases = [case(at, score, before, contacted_on=spoken, follow_up_on=due) for at, (score, before, spoken, due) in enumerate(given)]
    tasks = worklist(tuple(cases), TODAY)
    random.shuffle(cases)
    assert worklist(tuple(cases), TODAY) == tasks
    assert [CAUSES.index(task.cause) for task in tasks] == sorted(CAUSES.index(task.cause) for task in tasks)
    assert [URGENCIES.index(task.urgency) for task in tasks] == sorted(URGENCIES.index(task.urgency) for task in tasks)
