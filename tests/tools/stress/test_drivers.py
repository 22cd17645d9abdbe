"""Reasons are the model's own largest contributions, one a reason, at most four, told plainly with the customer's own values."""

from datetime import date

import numpy as np
import pytest

from tests.tools.builders import booking, history, steady
from tests.tools.stress.strained import status_of, troubled
from tools.errors import TooShortError
from tools.ledger.features import features_of
from tools.stress.drivers import LEAST, MOST, TOLD_BY, drivers_of, explain_stress
from tools.stress.inputs import INPUT_AT, INPUTS
from tools.stress.model.file import shipped_model
from tools.stress.score import StressStatus, stress_status


def row_of(status: StressStatus) -> np.ndarray:
    return np.array([[np.nan if reading.value is None else reading.value for reading in status.readings]])


def test_nothing_raises_the_score_of_a_calm_account():
    assert explain_stress(status_of(steady())).drivers == ()


def test_trouble_has_reasons_with_the_customers_own_values():
    status = status_of(troubled(date(2027, 1, 20)))
    drivers = explain_stress(status).drivers
    assert 1 <= len(drivers) <= MOST
    readings = {reading.key: reading for reading in status.readings}
    for driver in drivers:
        assert (driver.value, driver.unit, driver.remedy) == (
            readings[driver.key].value, readings[driver.key].unit, readings[driver.key].remedy,
        )  # fmt: skip
    assert [driver.contribution for driver in drivers] == sorted((driver.contribution for driver in drivers), reverse=True)
    assert all(driver.contribution >= LEAST for driver in drivers)
    assert sum(driver.share for driver in drivers) <= 100.1
    assert len({driver.key for driver in drivers}) == len(drivers)


def test_debits_that_failed_are_told_by_how_many_they_were():
    moves = [*steady(), *(booking(date(2027, 3, day), -50, "utilities", status="failed") for day in (3, 4, 9, 12))]
    one = history(moves)
    first = explain_stress(stress_status(one, features_of(one))).drivers[0]
    assert (first.key, first.value, first.unit, first.remedy) == ("failed_debits", 4, "count", "cover_debits_on_due_day")


def test_contributions_of_a_reason_are_the_sum_of_the_trees_own():
    """Of all inputs together they make the margin, exactly."""
    model, row = shipped_model(), row_of(status_of(troubled(date(2027, 1, 20))))
    assert model.contributions(row).sum() == pytest.approx(model.margins(row)[0], abs=1e-4)
    failing = sum(
        added
        for name, added in zip(model.inputs, model.contributions(row)[0], strict=False)
        if INPUTS[INPUT_AT[name]].remedy == "cover_debits_on_due_day"
    )
    (told,) = [driver for driver in drivers_of(model, row)[0] if driver.remedy == "cover_debits_on_due_day"]
    assert told.contribution == pytest.approx(failing, abs=1e-3)


def test_what_is_told_by_another_reading_has_one_to_be_told_by():
    names = {each.name for each in INPUTS}
    assert set(TOLD_BY) <= names | {"card_paid_5m"}
    assert {name for told in TOLD_BY.values() for name in told} <= names


def test_a_value_that_shows_no_strain_is_no_reason():
    status = status_of(troubled(date(2027, 1, 20)))
    for driver in explain_stress(status).drivers:
        assert driver.value is not None
        assert (driver.value - INPUTS[INPUT_AT[driver.key]].enough) * driver.direction > 0


def test_without_a_score_there_is_nothing_to_explain():
    short = StressStatus(customer_id="demo:1", as_of=date(2027, 3, 31), model="m", score=None, band="too_short", days_of_history=12)
    with pytest.raises(TooShortError, match="12 days"):
        explain_stress(short)
