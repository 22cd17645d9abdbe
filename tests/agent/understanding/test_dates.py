from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.understanding.dates import duration, horizon_months, months_after, months_before, period

TODAY = date(2027, 3, 31)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("last month", date(2027, 2, 1), date(2027, 2, 28)), ("in March", date(2027, 3, 1), date(2027, 3, 31)), ("since 1 May", date(2026, 5, 1), None),
        ("from 1 to 15 March", date(2027, 3, 1), date(2027, 3, 15)), ("in May 2026", date(2026, 5, 1), date(2026, 5, 31)), ("before 3 June", None, date(2026, 6, 2)),
        ("yesterday", date(2027, 3, 30), date(2027, 3, 30)), ("between 1 Jan and 3 Feb 2027", date(2027, 1, 1), date(2027, 2, 3)), ("this year", date(2027, 1, 1), TODAY),
        ("last year", date(2026, 1, 1), date(2026, 12, 31)), ("the last 90 days", date(2027, 1, 1), TODAY), ("on 03/02/2027", date(2027, 2, 3), date(2027, 2, 3)),
        ("since 2027-02-01", date(2027, 2, 1), None), ("last week", date(2027, 3, 22), date(2027, 3, 28)), ("past year", date(2026, 4, 1), TODAY),
    ],
)  # fmt: skip
def test_periods_of_the_past(text: str, start: date | None, end: date | None) -> None:
    found = period(text, TODAY)

    assert found is not None
    assert (found.from_date, found.to_date) == (start, end)


@pytest.mark.parametrize("text", ["how am I doing", "may I ask", "in trouble", "on 31/02/2027", "next month"])
def test_no_period_where_none_is_said(text: str) -> None:
    assert period(text, TODAY) is None


@pytest.mark.parametrize(
    ("text", "months"),
    [("next 6 months", 6), ("for 12 months", 12), ("in half a year", 6), ("over 2 years", 24), ("90 days", 3), ("by June", 3), ("by Christmas", 9), ("until the end of the year", 9)],
)  # fmt: skip
def test_horizons(text: str, months: int) -> None:
    found = horizon_months(text, TODAY)

    assert found is not None
    assert found[0] == months


def test_a_year_and_a_half_is_eighteen_months() -> None:
    found = duration("a year and a half")

    assert found is not None
    assert found.in_months == 18


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2090, 1, 1)), st.integers(min_value=0, max_value=600))
def test_going_months_back_and_forth_stays_in_the_month(day: date, months: int) -> None:
    there_and_back = months_after(months_before(day, months), months)

    assert (there_and_back.year, there_and_back.month) == (day.year, day.month)
    assert there_and_back <= day


@pytest.mark.parametrize(
    ("text", "enough"),
    [
        ("last month", True),
        ("the last three months", True),
        ("past year", True),
        ("in January", False),
        ("this week", False),
        ("last year", False),
    ],
)
def test_when_counting_months_back_says_it(text: str, enough: bool) -> None:
    found = period(text, TODAY)

    assert found is not None
    assert found.only_looks_back(TODAY) is enough
