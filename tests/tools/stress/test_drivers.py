"""Reasons are the model's own largest contributions, at most four, with the customer's own values."""

from datetime import date

import pytest

from tests.tools.builders import booking, history, steady
from tools.errors import TooShortError
from tools.ledger.features import features_of
from tools.stress.drivers import explain_stress
from tools.stress.score import Reading, StressStatus, stress_status


def status(**values: float) -> StressStatus:
    readings = tuple(
        Reading(key=key, value=1, unit="days", contribution=value, score_points=value / 10, remedy="stay_above_zero")
        for key, value in values.items()
    )
    return StressStatus(
        customer_id="demo:1", as_of=date(2027, 3, 31), model="m", score=0.5, band="watchlist", readings=readings, days_of_history=99
    )


def test_the_four_largest_in_order():
    drivers = explain_stress(status(a=0.1, b=0.5, c=0.0, d=0.4, e=0.3, f=0.2)).drivers
    assert [driver.key for driver in drivers] == ["b", "d", "e", "f"]


def test_nothing_raises_the_score_of_a_calm_account():
    assert explain_stress(status(a=0.0)).drivers == ()


def test_a_driver_carries_the_customers_own_value():
    moves = [*steady(), *(booking(date(2027, 3, day), -50, "utilities", status="failed") for day in (3, 4))]
    one = history(moves)
    found = explain_stress(stress_status(one, features_of(one)))
    first = found.drivers[0]
    assert (first.key, first.value, first.unit, first.remedy) == ("failed_debits", 2, "count", "cover_debits_on_due_day")
    assert first.score_points > 0


def test_without_a_score_there_is_nothing_to_explain():
    short = StressStatus(customer_id="demo:1", as_of=date(2027, 3, 31), model="m", score=None, band="too_short", days_of_history=12)
    with pytest.raises(TooShortError, match="12 days"):
        explain_stress(short)
