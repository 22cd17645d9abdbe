"""A forecast is a range with a chance of running short, and says what it takes for granted."""

import time
from datetime import date

import pytest

from tests.tools.builders import history, loan, pounds, steady
from tools.ledger.features import features_of
from tools.twin.fit import fit_twin
from tools.twin.forecast import BalanceForecast, balance_forecast, month_after


def forecast_of(salary: float = 2500, months: int = 12, **changes: object) -> BalanceForecast:
    one = history(steady(months=months, salary=salary), **changes)  # type: ignore[arg-type]
    return balance_forecast(fit_twin(one, features_of(one)))


def test_percentiles_are_ordered_and_widen_with_the_horizon():
    forecast = forecast_of()
    assert [month.ends_on for month in forecast.months][:2] == [date(2027, 4, 30), date(2027, 5, 31)]
    for month in forecast.months:
        assert month.p10_minor <= month.p25_minor <= month.p50_minor <= month.p75_minor <= month.p90_minor
    first, last = forecast.months[0], forecast.months[-1]
    assert last.p90_minor - last.p10_minor > first.p90_minor - first.p10_minor


def test_who_is_running_down_is_told_when():
    sinking = forecast_of(salary=1420, months=14)
    assert sinking.start_minor < 0 or sinking.below_zero > 0.5
    assert sinking.first_month_at_risk is not None
    assert forecast_of(months=18).first_month_at_risk is None


def test_the_chance_over_the_whole_horizon_is_at_least_that_of_any_month():
    forecast = forecast_of(salary=1480)
    assert forecast.below_zero >= max(month.below_zero for month in forecast.months)
    assert forecast.below_limit <= forecast.below_zero


def test_what_is_taken_for_granted_is_said():
    assert "short_history_uses_typical_customer" in forecast_of(months=2).assumptions
    plain = forecast_of(months=18)
    assert "short_history_uses_typical_customer" not in plain.assumptions
    assert "repayments_as_agreed" not in plain.assumptions
    assert "repayments_as_agreed" in forecast_of(contracts=(loan(),)).assumptions


def test_the_same_question_has_the_same_answer():
    assert forecast_of() == forecast_of()


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(1993, 12, 31), 2, date(1994, 2, 28)),
        (date(2027, 2, 28), 1, date(2027, 3, 31)),
        (date(2027, 1, 30), 1, date(2027, 2, 28)),
        (date(2027, 3, 14), 10, date(2028, 1, 14)),
    ],
)
def test_a_month_later(start: date, months: int, end: date):
    assert month_after(start, months) == end


def test_a_customer_takes_less_than_30_ms():
    one = history(steady(months=18))
    features = features_of(one)
    balance_forecast(fit_twin(one, features))
    started = time.process_time()
    for _ in range(10):
        balance_forecast(fit_twin(one, features))
    assert (time.process_time() - started) / 10 < 0.030


def test_start_is_the_balance_of_today():
    assert forecast_of(months=12).start_minor == pounds(1000 + 12 * 1000)
