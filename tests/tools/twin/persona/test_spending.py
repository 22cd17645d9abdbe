"""Spending adds up to what left the account, by category and by month."""

from datetime import date

import pytest

from tests.tools.builders import booking, history, pounds, steady
from tools.errors import TooShortError, UsageError
from tools.ledger.features import features_of
from tools.twin.persona.spending import SpendingBreakdown, spending_breakdown

MOVES = [
    *steady(months=12),
    booking(date(2027, 2, 14), -120, "dining"),
    booking(date(2027, 3, 14), -60, "dining"),
    booking(date(2027, 3, 20), 20, "refunds"),
    booking(date(2027, 3, 21), -500, "saving"),
    booking(date(2027, 3, 22), -99, "shopping", status="failed"),
]


def breakdown(months: int, **changes: object) -> SpendingBreakdown:
    one = history(MOVES, **changes)  # type: ignore[arg-type]
    return spending_breakdown(one, features_of(one), months)


def test_last_month_by_category_with_the_month_before():
    found = breakdown(1)
    assert (found.from_month, found.to_month, found.months) == ("2027-03", "2027-03", 1)
    lines = {line.category: (line.total_minor, line.previous_monthly_minor) for line in found.categories}
    assert lines["rent"] == (pounds(900), pounds(900))
    assert lines["dining"] == (pounds(60), pounds(120))
    assert "saving" not in lines
    assert "shopping" not in lines


@pytest.mark.parametrize("months", [1, 3, 12])
def test_categories_and_months_add_up_to_the_total(months: int):
    found = breakdown(months)
    assert sum(line.total_minor for line in found.categories) == found.total_minor
    assert sum(line.spending_minor for line in found.by_month) == found.total_minor
    assert sum(line.share for line in found.categories) == pytest.approx(1)


def test_fewer_months_than_asked_for_are_said():
    found = breakdown(24)
    assert (found.asked_months, found.months) == (24, 12)
    assert found.categories[0].previous_monthly_minor is None


def test_the_running_month_stands_apart():
    until = date(2027, 3, 15)
    one = history([move for move in MOVES if move.booked_on <= until], as_of=until)
    found = spending_breakdown(one, features_of(one), 1)
    assert found.to_month == "2027-02"
    assert found.this_month_minor == pounds(900 + 300 + 60)


def test_wrong_and_too_short():
    with pytest.raises(UsageError, match="1 to 24"):
        breakdown(0)
    with pytest.raises(TooShortError):
        breakdown(1, transactions=(booking(date(2027, 3, 28), -5, "dining"),))
