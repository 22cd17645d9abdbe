"""A forecast is a range with a chance of running short, and says what it takes for granted."""

import time
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools.builders import AS_OF, history, loan, pounds, steady
from tests.tools.twin.simulate.test_simulate import a_twin, assert_conserved, twins
from tools.errors import UsageError
from tools.ledger.features import features_of
from tools.twin.fit.fit import fit_twin
from tools.twin.forecast.forecast import BalanceForecast, balance_forecast, base_paths, month_after
from tools.twin.outlook.outlook import HorizonOutlook, Outlook
from tools.twin.simulate.schedule import schedule_of
from tools.twin.simulate.simulate import simulate
from tools.twin.twin import Credit, Twin


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


def test_a_fixed_rate_that_ends_within_the_time_is_taken_to_go_on():
    owed = Credit(kind="mortgage", outstanding_minor=9_000_000, instalment_minor=50_000, rate_bps=219, fixed_until=date(2027, 8, 31))
    twin = a_twin(credits=(owed,))
    assert "fixed_rate_kept" in balance_forecast(twin, 6).assumptions
    assert "fixed_rate_kept" not in balance_forecast(twin, 4).assumptions
    assert "fixed_rate_kept" not in balance_forecast(a_twin(), 6).assumptions


def test_the_same_question_has_the_same_answer():
    assert forecast_of() == forecast_of()


def an_outlook(*horizons: tuple[int, int, int], **changes: object) -> Outlook:
    return Outlook.model_validate(
        {
            "as_of": AS_OF,
            "horizons": tuple(
                HorizonOutlook(months=month, p10_minor=low, p50_minor=middle, p90_minor=high)
                for month, (low, middle, high) in enumerate(horizons, start=1)
            ),
            "learned_months": 6,
            "accounts": 420,
            "origins": 8,
            **changes,
        }
    )


amounts = st.integers(-(10**8), 10**8)
targets = st.tuples(amounts, amounts, amounts).map(lambda three: tuple(sorted(three)))


@settings(max_examples=40, deadline=None)
@given(twin=twins, horizons=st.lists(targets, min_size=1, max_size=4))
def test_with_an_outlook_the_ranges_are_its_own_and_no_penny_is_lost(twin: Twin, horizons: list[tuple[int, int, int]]):
    schedule = schedule_of(twin, 6)
    world = base_paths([schedule], 64, 7, [an_outlook(*horizons)])
    assert_conserved(world, twin)
    ranked = np.percentile(world.balance[0], (10, 50, 90), axis=0, method="inverted_cdf").T
    np.testing.assert_array_equal(ranked[: len(horizons)], horizons)


def test_paths_keep_their_order_and_the_last_correction_stays():
    twin = a_twin(saving_minor=0, investment_minor=0)
    schedule = schedule_of(twin, 6)
    base = base_paths([schedule], 256, 7)
    moved = base_paths([schedule], 256, 7, [an_outlook((0, 100_000, 250_000), (-50_000, 120_000, 300_000))])
    for month in (0, 1):
        order = np.argsort(base.balance[0, :, month], kind="stable")
        assert (np.diff(moved.balance[0, order, month]) >= 0).all()
    correction = moved.balance - base.balance
    np.testing.assert_array_equal(correction[:, :, 2:], np.repeat(correction[:, :, 1:2], 4, axis=2))


def test_a_scenario_on_an_adjusted_base_differs_by_the_scenario_alone():
    schedule = schedule_of(a_twin(saving_minor=0, investment_minor=0), 3)
    base = base_paths([schedule], 64, 7, [an_outlook(*[(0, 100_000, 250_000)] * 3)])
    dearer = simulate([schedule.changed(commitments=schedule.commitments + 40_000)], 64, 7, base.unplanned)
    np.testing.assert_array_equal(base.balance - dearer.balance, np.broadcast_to([40_000, 80_000, 120_000], base.balance.shape))


def test_only_who_has_an_outlook_is_adjusted():
    one, two = schedule_of(a_twin(), 3), schedule_of(a_twin(customer_id="demo:2"), 3)
    mixed = base_paths([one, two], 64, 7, [None, an_outlook((0, 1, 2))])
    np.testing.assert_array_equal(mixed.balance[0], simulate([one], 64, 7).balance[0])
    assert np.median(mixed.balance[1, :, 0]) == pytest.approx(1, abs=1)
    np.testing.assert_array_equal(base_paths([one], 64, 7, [None]).balance, simulate([one], 64, 7).balance)


def test_a_forecast_says_whether_and_on_what_it_is_calibrated():
    told = balance_forecast(a_twin(), 3, outlook=an_outlook(*[(100_000, 200_000, 300_000)] * 3))
    assert (told.calibrated, told.calibrated_accounts, told.calibrated_origins) == (True, 420, 8)
    assert "adjusted_to_past_forecasts" in told.assumptions
    assert {(month.p10_minor, month.p50_minor, month.p90_minor) for month in told.months} == {(100_000, 200_000, 300_000)}
    alone = balance_forecast(a_twin(), 3, outlook=an_outlook((1, 2, 3), learned_months=0, accounts=0, origins=0))
    assert not alone.calibrated
    assert "adjusted_to_past_forecasts" not in alone.assumptions
    assert not balance_forecast(a_twin(), 3).calibrated


def test_an_outlook_of_another_day_is_refused():
    with pytest.raises(UsageError, match="Make both from the same history"):
        balance_forecast(a_twin(), 3, outlook=an_outlook((1, 2, 3), as_of=date(2027, 2, 28)))


def test_interest_on_savings_is_assumed_only_where_a_rate_is_known():
    assert "interest_on_savings" in balance_forecast(a_twin(savings_rate_bps=200), 1).assumptions
    assert "no_interest_on_savings" in balance_forecast(a_twin(), 1).assumptions


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
