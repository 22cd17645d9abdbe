from datetime import date

import pytest

from agent.understanding.deadline import deadline
from tests.agent.understanding.talks import TODAY


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("by June 2029", date(2029, 6, 30)), ("by next June", date(2027, 6, 30)), ("by june", date(2027, 6, 30)), ("by February", date(2028, 2, 29)), ("before Christmas", date(2027, 12, 25)), ("for Christmas", date(2027, 12, 25)),
        ("in two years", date(2029, 3, 31)), ("within 18 months", date(2028, 9, 30)), ("two years from now", date(2029, 3, 31)), ("in half a year", date(2027, 9, 30)), ("over the next year", date(2028, 3, 31)),
        ("by the end of the year", date(2027, 12, 31)), ("by the end of next year", date(2028, 12, 31)), ("by 2030", date(2030, 1, 1)), ("by the end of 2028", date(2028, 12, 31)), ("by the end of next month", date(2027, 4, 30)),
        ("next summer", date(2027, 8, 31)), ("by spring", date(2027, 5, 31)), ("by winter", date(2028, 2, 28)), ("by 1 May", date(2027, 5, 1)), ("by 2028-01-15", date(2028, 1, 15)),
    ],
)  # fmt: skip
def test_a_day_ahead_in_every_spelling(text: str, day: date):
    found = deadline(text, TODAY)

    assert found is not None
    assert found.day == day


@pytest.mark.parametrize(
    "text",
    [
        "400 a month",
        "save 300 each month",
        "when could I have 5000",
        "by my birthday",
        "may I ask something",
        "for two people",
        "last year",
        "by 2020",
    ],
)
def test_no_day_is_made_up(text: str):
    assert deadline(text, TODAY) is None
