from decimal import Decimal

import pytest

from agent.understanding.scenario_figures import marked
from tests.agent.understanding.talks import TODAY


def figures(text: str) -> list[tuple[str, object]]:
    return [(figure.kind, figure.value) for figure in marked(text, TODAY).figures]


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("2 points", "2"), ("two points", "2"), ("2 percentage points", "2"), ("200 bps", "2"), ("200bps", "2"), ("75 basis points", "0.75"), ("half a point", "0.5"),
        ("a quarter point", "0.25"), ("a quarter of a point", "0.25"), ("one and a half points", "1.5"), ("a point and a half", "1.5"), ("1.25pp", "1.25"), ("rates fall by one", "1"),
    ],
)  # fmt: skip
def test_points_in_every_spelling(text: str, points: str):
    assert figures(text) == [("R", Decimal(points))]


@pytest.mark.parametrize(
    ("text", "percent"),
    [("8 %", "8"), ("8%", "8"), ("ten %", "10"), ("half a %", "0.5"), ("by half", "50"), ("by a third", "33.33"), ("half of my pay", "50")],
)
def test_percent_and_shares(text: str, percent: str):
    assert figures(text) == [("P", Decimal(percent))]


@pytest.mark.parametrize(
    ("text", "role", "months"),
    [
        ("for three months", "lasts", 3), ("for half a year", "lasts", 6), ("for six weeks", "lasts", 2), ("until december", "lasts", 9), ("four months without a job", "lasts", 4), ("three months long", "lasts", 3),
        ("from january", "starts", 9), ("in three months", "starts", 3), ("starting in september", "starts", 5), ("next month", "starts", 0), ("from next year", "starts", 9), ("tomorrow", "starts", 0),
        ("in the autumn", "starts", 5), ("three months from now", "starts", 3),
        ("over two years", "over", 24), ("over the next two years", "ahead", 24), ("within a year", "ahead", 12), ("by june", "ahead", 3), ("two years ahead", "ahead", 24),
        ("a five year loan", "bare", 60),
    ],
)  # fmt: skip
def test_times_say_when_something_starts_how_long_it_lasts_or_how_far_to_look(text: str, role: str, months: int):
    found = [(figure.role, figure.value) for figure in marked(text, TODAY).figures if figure.kind == "T"]

    assert found == [(role, months)]


def test_a_month_after_a_sum_is_no_length_of_time():
    assert figures("400 a month") == [("M", Decimal(400)), ("E", None)]
    assert figures("for a month") == [("T", 1)]
    assert figures("400 a week") == [("M", Decimal(400)), ("Y", None)]


def test_a_day_of_the_month_is_no_sum():
    assert figures("on the 28th") == [("D", 28)]
    assert figures("on the first of the month") == [("D", 1)]


def test_regular_payments_and_spending_are_told_apart_and_income_is_neither():
    assert figures("my rent and eating out and salary") == [("C", "rent"), ("K", "dining")]
    assert figures("nursery fees") == [("C", "childcare")]


def test_marks_keep_every_position():
    found = marked("Can I afford £400 a month more for rent?", TODAY)

    assert found.text == "can i afford MMMM EEEEEEE more for CCCC?"
    assert len(found.text) == len(found.said)
