"""The balance day by day: pay and bills on their days, money conserved, and a first day below zero that means what it says."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools.builders import AS_OF, pounds
from tests.tools.twin.paydays import any_twin, bill, instalment, salary, twin
from tools.errors import UsageError
from tools.twin.calendar.payment_day import month_step, payment_days
from tools.twin.daily.daily import MOST_DAYS, bills_until, daily_forecast, everyday_monthly, next_pay_day, simulate_days
from tools.twin.twin import Twin


def balance_on(one: Twin, on: date, **more: object) -> list[int]:
    """The balance at the end of a day in each of a few paths."""
    found = simulate_days(one, 60, 8, **more)  # pyright: ignore[reportArgumentType]
    return found.balance[:, found.dates.index(on)].tolist()


@settings(max_examples=30, deadline=None)
@given(any_twin(), st.integers(1, MOST_DAYS), st.integers(0, 3))
def test_no_penny_appears_or_is_lost_on_any_day(one: Twin, days: int, seed: int):
    found = simulate_days(one, days, 16, seed)
    before = np.concatenate([np.full((16, 1), one.balance_minor), found.balance[:, :-1]], axis=1)
    flows = found.income - found.commitments - found.repayment - found.everyday - found.put_aside + found.interest
    assert (found.balance == before + flows).all()
    assert found.balance.dtype == np.int64
    assert (one.savings_minor + np.cumsum(found.put_aside, axis=1) >= 0).all()
    owed = sum(credit.outstanding_minor for credit in one.credits)
    assert found.repayment.sum(axis=1).max() <= owed * 2
    assert (found.interest <= 0).all()


@settings(max_examples=25, deadline=None)
@given(any_twin(), st.integers(1, 200_000))
def test_more_income_lowers_no_path_on_any_day(one: Twin, more: int):
    (stream,) = one.income
    richer = one.model_copy(update={"income": (stream.model_copy(update={"amount_minor": stream.amount_minor + more}),)})
    assert (simulate_days(richer, 45, 16).balance >= simulate_days(one, 45, 16).balance).all()


def test_pay_and_bills_come_on_their_days_and_only_then():
    one = twin(balance=1500, everyday=0)
    assert set(balance_on(one, date(2027, 4, 1))) == {pounds(600)}
    assert set(balance_on(one, date(2027, 4, 24))) == {pounds(600)}
    assert set(balance_on(one, date(2027, 4, 25))) == {pounds(2600)}
    assert set(balance_on(one, date(2027, 5, 1))) == {pounds(1700)}


def test_everyday_spending_of_a_month_is_that_of_the_twin():
    one = twin(balance=9000, everyday=600, spending_sd_minor=pounds(150))
    found = simulate_days(one, 61, 1024)
    spent = found.everyday.sum(axis=1) / 61 * 365.25 / 12
    assert spent.mean() == pytest.approx(pounds(600), rel=0.03)
    assert spent.std() * (61 / 30.4) ** 0.5 == pytest.approx(pounds(150), rel=0.15)
    assert (found.everyday >= 0).all()


def test_the_expected_change_of_a_month_is_that_of_the_monthly_model():
    """Levels without a day of their own, and what corrects the averages, come in evenly."""
    one = twin(balance=5000, income_level_minor=pounds(2300), commitments_minor=pounds(1000), adjustment_minor=pounds(90))
    assert everyday_monthly(one) == pounds(600 + 100 - 300 + 90)
    last = date(2027, 4, 30)
    change = np.mean(balance_on(one, last)) - pounds(5000)
    assert change == pytest.approx(pounds(2300 - 1000 - 600 - 90), abs=pounds(15))


def test_a_late_pay_day_keeps_some_paths_waiting():
    punctual, late = twin(everyday=0), twin(everyday=0, income=(salary(late_sd_days=3.0),))
    assert set(balance_on(punctual, date(2027, 4, 26))) == {pounds(2600)}
    assert set(balance_on(late, date(2027, 4, 26))) == {pounds(600), pounds(2600)}
    usual = twin(everyday=0, income=(salary(late_days=2.0),))
    assert set(balance_on(usual, date(2027, 4, 26))) == {pounds(600)}
    assert set(balance_on(usual, date(2027, 4, 27))) == {pounds(2600)}


def test_a_loan_is_paid_until_nothing_is_owed():
    one = twin(everyday=0, credits=(instalment(250, owed=400),))
    found = simulate_days(one, 60, 4)
    paid = {day: int(found.repayment[0, at]) for at, day in enumerate(found.dates) if found.repayment[0, at]}
    assert paid == {date(2027, 4, 10): pounds(250), date(2027, 5, 10): pounds(150)}


def test_saving_moves_with_pay_day_and_only_what_is_there():
    one = twin(everyday=0, saving_minor=pounds(300))
    assert set(balance_on(one, date(2027, 4, 26))) == {pounds(2300)}
    poor = twin(balance=1000, everyday=0, income=(salary(50),), saving_minor=pounds(300))
    assert set(balance_on(poor, date(2027, 4, 26))) == {0}


def test_the_first_day_below_zero_is_named_with_its_probability():
    found = daily_forecast(twin(balance=800, everyday=0), 31)
    assert (found.below_zero, found.first_below_zero_on) == (1.0, date(2027, 4, 1))
    assert found.days[0].below_zero_by == found.days[-1].below_zero_by == 1.0
    assert found.days[-1].p50_minor == pounds(1900) - pounds(900) + pounds(0) - pounds(0) or found.days[-1].below_zero == 0
    safe = daily_forecast(twin(balance=5000), 31)
    assert (safe.below_zero, safe.first_below_zero_on) == (0.0, None)


def test_an_agreed_overdraft_is_told_apart_from_zero():
    found = daily_forecast(twin(balance=800, everyday=0, overdraft_limit_minor=pounds(500), overdraft_rate_bps=3990), 31)
    assert (found.below_zero, found.below_limit) == (1.0, 0.0)
    assert found.days[-1].p50_minor < pounds(1900) - pounds(900)


def test_who_has_little_left_makes_it_last():
    """Everyday spending alone takes nobody below zero; a bill does."""
    one = twin(balance=100, everyday=900, spending_sd_minor=pounds(400), commitments=())
    assert daily_forecast(one, 20).below_zero == 0.0
    assert daily_forecast(twin(balance=100, everyday=900, commitments=(bill(150, date(2027, 4, 12)),)), 20).below_zero == 1.0


def test_percentiles_are_in_order_and_chance_only_grows():
    found = daily_forecast(twin(balance=1100, spending_sd_minor=pounds(300), income=(salary(late_sd_days=2.0),)), 35)
    for day in found.days:
        assert day.p10_minor <= day.p25_minor <= day.p50_minor <= day.p75_minor <= day.p90_minor
    by = [day.below_zero_by for day in found.days]
    assert by == sorted(by)
    assert by[-1] == found.below_zero
    assert [day.on for day in found.days] == [AS_OF + timedelta(days=1 + ahead) for ahead in range(35)]


def test_same_seed_same_bytes_and_everybody_has_their_own_chance():
    one = twin(spending_sd_minor=pounds(300))
    assert daily_forecast(one, 31) == daily_forecast(one, 31)
    assert daily_forecast(one, 31, seed=8) != daily_forecast(one, 31)
    other = simulate_days(one.model_copy(update={"customer_id": "demo:2"}), 31)
    assert not (other.everyday == simulate_days(one, 31).everyday).all()


@pytest.mark.parametrize("days", [0, -1, MOST_DAYS + 1, 1000])
def test_other_horizons_are_refused_with_what_is_possible(days: int):
    with pytest.raises(UsageError, match=f"Choose 1 to {MOST_DAYS} days") as refused:
        daily_forecast(twin(), days)
    assert refused.value.code == "bad_horizon"


def test_a_twin_without_any_rhythm_is_spread_evenly():
    one = twin(balance=1000, everyday=900, income=(), commitments=(), income_level_minor=pounds(1000), commitments_minor=pounds(100))
    assert next_pay_day(one) is None
    assert everyday_monthly(one) == 0
    assert set(balance_on(one, date(2027, 4, 30))) == {pounds(1000)}


def test_bills_are_listed_in_order_with_instalments_among_them():
    one = twin(commitments=(bill(), bill(12.99, date(2027, 4, 20), "subscriptions")), credits=(instalment(),))
    assert [(one.on.day, one.category) for one in bills_until(one, date(2027, 5, 1))] == [
        (1, "rent"), (10, "loan_repayment"), (20, "subscriptions"), (1, "rent"),
    ]  # fmt: skip


def test_what_is_put_off_from_pay_is_not_simulated_when_only_money_to_spend_is_asked_for():
    found = simulate_days(twin(saving_minor=pounds(300)), 40, 4, spending=False, income_before=date(2027, 4, 25))
    assert (found.everyday == 0).all()
    assert (found.put_aside == 0).all()
    assert (found.income == 0).all()


@pytest.mark.parametrize(
    ("first", "every", "day", "expected"),
    [
        (date(2027, 1, 31), 31, 31, [(1, 31), (2, 28), (3, 31), (4, 30)]),
        (date(2027, 1, 30), 30, 1, [(1, 30), (3, 1), (4, 1)]),  # a 1st that fell on a weekend and was paid before
        (date(2027, 1, 5), 14, None, [(1, 5), (1, 19), (2, 2), (2, 16), (3, 2), (3, 16), (3, 30), (4, 13), (4, 27)]),
        (date(2027, 1, 15), 91, 15, [(1, 15), (4, 15)]),
        (date(2027, 5, 1), 30, 1, []),
    ],
)
def test_payments_fall_on_their_days(first: date, every: int, day: int | None, expected: list[tuple[int, int]]):
    assert [(one.month, one.day) for one in payment_days(first, every, day, date(2027, 4, 30))] == expected


def test_a_step_of_months_keeps_to_short_months():
    assert month_step(date(2027, 1, 31), 1, 31) == date(2027, 2, 28)
    assert month_step(date(2027, 1, 31), -1, 15) == date(2026, 12, 15)
