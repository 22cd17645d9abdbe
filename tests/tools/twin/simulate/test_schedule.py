"""What a twin expects month by month: every year comes to its level, and what is not monthly stands where it falls."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.errors import UsageError
from tools.twin.simulate.schedule import LONGEST_MONTHS, schedule_of
from tools.twin.twin import CategoryLevel, Commitment, Credit, IncomeStream, Twin

AS_OF = date(2027, 3, 31)
SEASON = (0.25, 0.3, 0.5, 1.0, 1.4, 1.8, 2.1, 2.1, 1.3, 0.6, 0.3, 0.35)


def a_twin(**changes: object) -> Twin:
    given: dict[str, object] = {
        "customer_id": "demo:1", "as_of": AS_OF, "currency": "GBP", "months_of_history": 12, "persona": "saver", "prior_weight": 0.1,
        "balance_minor": 300_000, "savings_minor": 0, "income_level_minor": 260_000, "income_sd_minor": 20_000,
        "commitments_minor": 90_000, "spending_sd_minor": 30_000, "balance_level_minor": 280_000,
        "discretionary": (CategoryLevel(category="groceries", monthly_minor=60_000),), **changes,
    }  # fmt: skip
    return Twin.model_validate(given)


def stream(amount: int, every: int, next_on: date, day: int | None = None, monthly: int | None = None) -> IncomeStream:
    each_month = monthly if monthly is not None else round(amount * 30.4375 / every)
    return IncomeStream(category="salary", amount_minor=amount, every_days=every, pay_day=day, monthly_minor=each_month, next_on=next_on)


def bill(amount: int, every: int, next_on: date, day: int | None, monthly: int) -> Commitment:
    return Commitment(category="insurance", amount_minor=amount, every_days=every, due_day=day, monthly_minor=monthly, next_on=next_on)


def test_without_a_rhythm_every_month_is_the_level():
    schedule = schedule_of(a_twin(), 6)
    assert schedule.income.tolist() == [260_000] * 6
    assert schedule.commitments.tolist() == [90_000] * 6
    assert schedule.discretionary.tolist() == [60_000] * 6


def test_weekly_pay_comes_four_or_five_times():
    """Thursdays from 1 April 2027: April has five, May four, June four, July five."""
    twin = a_twin(income=(stream(60_000, 7, date(2027, 4, 1)),), income_level_minor=260_893)
    april, may, june, july = schedule_of(twin, 4).income.tolist()
    assert april / may == pytest.approx(5 / 4, abs=0.001)
    assert (may, april) == pytest.approx((june, july), abs=1)


def test_a_yearly_bill_stands_in_its_month_and_the_rest_evenly():
    cover = bill(60_000, 365, date(2027, 6, 14), 14, 5_000)
    commitments = schedule_of(a_twin(commitments=(cover,)), 24).commitments.tolist()
    assert commitments[2] == commitments[14] == 85_000 + 60_000
    assert {*commitments[:2], *commitments[3:14], *commitments[15:]} == {85_000}


def test_a_quarterly_bill_stands_in_every_third_month():
    water = bill(9_000, 91, date(2027, 5, 10), 10, 3_000)
    commitments = schedule_of(a_twin(commitments=(water,)), 12).commitments.tolist()
    assert [at for at, amount in enumerate(commitments) if amount == 96_000] == [1, 4, 7, 10]


def test_a_season_moves_what_is_spent_and_what_comes_in_outside_the_streams():
    gifts = CategoryLevel(category="shopping", monthly_minor=10_000, season=SEASON)
    twin = a_twin(discretionary=(gifts,), income_season=SEASON, income=(stream(200_000, 30, date(2027, 4, 25), 25, 200_000),))
    schedule = schedule_of(twin, 12)
    assert schedule.discretionary.tolist()[:4] == pytest.approx([10_000, 14_000, 18_000, 21_000], abs=10)
    assert schedule.income.tolist()[0] == pytest.approx(260_000, abs=10)
    assert schedule.income.tolist()[4] == pytest.approx(200_000 + 60_000 * 2.1, abs=10)
    assert schedule.income_spread[4] == pytest.approx(20_000 * 2.1)


def test_a_month_that_begins_in_its_middle_has_half_of_each_season():
    gifts = CategoryLevel(category="shopping", monthly_minor=10_000, season=SEASON)
    middle = schedule_of(a_twin(discretionary=(gifts,), as_of=date(2027, 4, 15)), 12).discretionary.tolist()
    assert 10_000 < middle[0] < 14_000


def test_pay_that_did_not_always_come_is_scaled_to_the_level():
    schedule = schedule_of(a_twin(income=(stream(100_000, 7, date(2027, 4, 2)),)), 12)
    assert schedule.income.min() > 0
    assert schedule.income.sum() == 12 * 260_000


def test_a_fixed_rate_goes_on_and_the_instalment_is_due_while_something_is_owed():
    credit = Credit(kind="mortgage", outstanding_minor=10_000_000, instalment_minor=80_000, rate_bps=200, fixed_until=date(2027, 6, 30))
    (mortgage,) = schedule_of(a_twin(credits=(credit,)), 12).credits
    assert set(mortgage.rate_bps.tolist()) == {200.0}
    assert set(mortgage.instalment.tolist()) == {80_000}
    assert mortgage.drawn.sum() == 0


@pytest.mark.parametrize("months", [0, -1, 121, 1000])
def test_a_horizon_out_of_range_is_refused_with_the_range(months: int):
    with pytest.raises(UsageError, match=rf"Cannot look {months} months ahead. Choose 1 to {LONGEST_MONTHS} months"):
        schedule_of(a_twin(), months)


rhythms = st.sampled_from([(7, None), (14, None), (28, None), (30, 25), (30, 31), (91, 10), (182, 3), (365, 29), (40, None)])


@settings(max_examples=150, deadline=None)
@given(
    as_of=st.dates(date(2024, 1, 1), date(2030, 12, 31)),
    level=st.integers(0, 10**8),
    payments=st.lists(st.tuples(rhythms, st.integers(0, 10**7), st.integers(1, 400)), max_size=4),
    seasonal=st.booleans(),
    years=st.integers(1, 3),
)
def test_every_year_comes_to_twelve_times_the_level(
    as_of: date, level: int, payments: list[tuple[tuple[int, int | None], int, int]], seasonal: bool, years: int
):
    streams = tuple(
        IncomeStream(
            category="salary",
            amount_minor=amount,
            every_days=every,
            pay_day=day,
            monthly_minor=amount,
            next_on=as_of + timedelta(days=ahead),
        )
        for (every, day), amount, ahead in payments
    )
    bills = tuple(bill(each.amount_minor, each.every_days, each.next_on, each.pay_day, each.monthly_minor) for each in streams)
    twin = a_twin(
        as_of=as_of, income=streams, income_level_minor=level, commitments=bills, commitments_minor=level,
        income_season=SEASON if seasonal else (),
        discretionary=(CategoryLevel(category="travel", monthly_minor=level, season=SEASON if seasonal else ()),),
    )  # fmt: skip
    schedule = schedule_of(twin, 12 * years)
    for amounts in (schedule.income, schedule.commitments, schedule.discretionary):
        assert amounts.reshape(years, 12).sum(axis=1).tolist() == [12 * level] * years
        assert amounts.min() >= 0


@settings(deadline=None)
@given(months=st.integers(1, 40))
def test_a_shorter_look_ahead_is_the_beginning_of_a_longer_one(months: int):
    twin = a_twin(income=(stream(60_000, 7, date(2027, 4, 1)),), commitments=(bill(60_000, 365, date(2027, 6, 14), 14, 5_000),))
    short, long = schedule_of(twin, months), schedule_of(twin, 48)
    assert short.income.tolist() == long.income.tolist()[:months]
    assert short.commitments.tolist() == long.commitments.tolist()[:months]
