"""Days as wide as past forecasts should have been: the middle and the order stay, money is conserved, and nobody is pushed below zero."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools.builders import pounds
from tests.tools.twin.paydays import any_twin, bill, twin
from tools.twin.daily.daily import calibrated, daily_forecast, simulate_days, size_of
from tools.twin.daily.daily_scale import BUILT_IN, DailyScale, DaysLearnt, DayStretch, own_scale
from tools.twin.daily.safe_to_spend import safe_to_spend
from tools.twin.twin import Twin


def learnt(below: float = 1.0, above: float = 1.0, own_share: float = 0.5, sure: float = 0.5, lasting: float = 1.0) -> DaysLearnt:
    return DaysLearnt(own_share=own_share, days=(DayStretch(days=7, below=below, above=above),), sure=sure, lasting=lasting)


def scale(own: float = 20, **changes: float) -> DailyScale:
    return DailyScale(learnt=learnt(**changes), own_minor=pounds(own), own_days=180)


def sides(balance: np.ndarray, at: int) -> tuple[int, int]:
    """Distances of the 10th and 90th percentile from the middle on one day."""
    low, middle, high = (int(minor) for minor in np.percentile(balance[:, at], (10, 50, 90), method="inverted_cdf"))
    return middle - low, high - middle


ANY_SCALE = st.builds(
    scale,
    own=st.floats(0, 200),
    below=st.floats(0, 4),
    above=st.floats(0, 4),
    own_share=st.floats(0, 2),
    sure=st.floats(0, 3),
    lasting=st.floats(1, 3),
)


@settings(max_examples=30, deadline=None)
@given(any_twin(), st.integers(1, 62), ANY_SCALE)
def test_no_penny_appears_or_is_lost_when_days_are_made_wider(one: Twin, days: int, wide: DailyScale):
    found = calibrated(simulate_days(one, days, 32), wide)
    before = np.concatenate([np.full((32, 1), one.balance_minor), found.balance[:, :-1]], axis=1)
    flows = found.income - found.commitments - found.repayment - found.everyday - found.put_aside + found.interest
    assert (found.balance == before + flows).all()
    assert found.balance.dtype == found.everyday.dtype == np.int64


@settings(max_examples=30, deadline=None)
@given(any_twin(), ANY_SCALE)
def test_nobody_falls_below_zero_who_did_not_in_the_simulation(one: Twin, wide: DailyScale):
    plain = simulate_days(one, 35, 64)
    found = calibrated(plain, wide)
    assert (found.balance[plain.balance >= 0] >= 0).all()


def test_both_sides_are_as_wide_as_told_and_the_middle_stays():
    one = twin(balance=9000, everyday=900, spending_sd_minor=pounds(300))
    wide = scale(below=1.5, above=0.8)
    plain, found = simulate_days(one, 28).balance, calibrated(simulate_days(one, 28), wide).balance
    for at in (0, 6, 20):
        low, high = sides(plain, at)
        got = sides(found, at)
        assert got[0] == pytest.approx(max(low, 1.5 * float(wide.width(low, size_of(one), at + 1))), abs=1)
        assert got[1] == pytest.approx(max(high, 0.8 * float(wide.width(high, size_of(one), at + 1))), abs=1)
        assert np.median(found[:, at]) == pytest.approx(np.median(plain[:, at]), abs=pounds(1) * 20)


def test_no_day_becomes_narrower_than_simulated_and_paths_keep_their_order():
    one = twin(balance=9000, spending_sd_minor=pounds(400))
    plain, found = simulate_days(one, 30).balance, calibrated(simulate_days(one, 30), scale(below=0.0, above=0.0)).balance
    assert [sides(found, at) for at in range(30)] == [sides(plain, at) for at in range(30)]
    wider = calibrated(simulate_days(one, 30), scale(below=2.0, above=2.0)).balance
    for at in (0, 12, 29):
        assert (np.diff(wider[np.argsort(plain[:, at], kind="stable"), at]) >= -1).all()


def test_who_never_varied_in_the_twin_still_varies_as_the_balance_did():
    one = twin(balance=9000, everyday=0, commitments=())
    assert sides(simulate_days(one, 14).balance, 13) == (0, 0)
    calm, lively = (calibrated(simulate_days(one, 14), scale(own=own)).balance for own in (1, 100))
    assert 0 < sides(calm, 13)[0] < sides(lively, 13)[0]


def test_of_paths_below_zero_only_as_many_stay_as_accounts_fell():
    one = twin(balance=905, everyday=0, commitments=(bill(900, sd_minor=pounds(20)),))
    plain = daily_forecast(one, 20).below_zero
    assert 0.3 < plain < 0.5
    lasting = daily_forecast(one, 20, scale=scale(lasting=2.0))
    assert lasting.below_zero == pytest.approx(plain**2, abs=0.002)
    assert lasting.days[-1].below_zero_by == lasting.below_zero


def test_who_is_below_zero_now_is_not_said_to_come_out_of_it():
    one = twin(balance=-300, everyday=0, commitments=())
    assert daily_forecast(one, 10, scale=scale(lasting=3.0)).below_zero == 1.0


def test_same_seed_same_bytes():
    one = twin(spending_sd_minor=pounds(300))
    assert daily_forecast(one, 31, scale=scale()) == daily_forecast(one, 31, scale=scale())
    assert daily_forecast(one, 31, scale=scale()) != daily_forecast(one, 31)


def test_stretches_between_the_days_that_were_learnt_lie_on_a_line():
    found = DaysLearnt(own_share=1, days=(DayStretch(days=7, below=1, above=2), DayStretch(days=14, below=2, above=2)), sure=0, lasting=1)
    assert [float(found.stretch(days, "below")) for days in (1, 7, 10.5, 14, 35)] == [1, 1, 1.5, 2, 2]


def test_the_own_moves_are_those_of_half_a_year_and_count_the_more_the_longer_they_were_seen():
    long, short = own_scale([0, 1000] * 200), own_scale([0, 1000, 0, 1000])
    assert (long.own_days, short.own_days) == (180, 3)
    assert own_scale([5]) == DailyScale(learnt=BUILT_IN)
    assert float(long.own_move(0, 30.4)) > float(short.own_move(0, 30.4)) > 0
    assert float(long.own_move(pounds(10_000), 30)) > float(long.own_move(0, 30))


@settings(max_examples=40, deadline=None)
@given(any_twin(), ANY_SCALE, st.integers(1, 100_000))
def test_more_balance_never_lowers_what_is_safe_to_spend(one: Twin, wide: DailyScale, more: int):
    richer = one.model_copy(update={"balance_minor": one.balance_minor + more})
    before, after = safe_to_spend(one, 64, scale=wide), safe_to_spend(richer, 64, scale=wide)
    assert after.amount_minor - after.short_minor >= before.amount_minor - before.short_minor


@settings(max_examples=40, deadline=None)
@given(any_twin(), ANY_SCALE, st.floats(1, 3), st.floats(0, 2))
def test_a_wider_scale_never_raises_what_is_safe_to_spend(one: Twin, wide: DailyScale, times: float, more: float):
    plain = safe_to_spend(one, 64).amount_minor
    before = safe_to_spend(one, 64, scale=wide).amount_minor
    wider = wide.learnt.model_copy(update={"sure": times * wide.learnt.sure, "own_share": wide.learnt.own_share + more})
    after = safe_to_spend(one, 64, scale=wide.model_copy(update={"learnt": wider, "own_minor": times * wide.own_minor})).amount_minor
    assert after <= before <= plain
