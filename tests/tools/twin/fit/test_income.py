"""Income is read off as streams, a mean month and, after two years, a season."""

from datetime import date, timedelta

import pytest

from tests.tools.builders import AS_OF, booking, history, months_back, pounds, steady
from tools.ledger.features import features_of
from tools.ledger.history import History
from tools.ledger.transaction import Transaction
from tools.twin.fit.fit import fit_twin
from tools.twin.twin import Twin


def fitted(moves: list[Transaction], **changes: object) -> Twin:
    one: History = history(moves, **changes)  # type: ignore[arg-type]
    return fit_twin(one, features_of(one))


def paid(every: int, amount: float, category: str = "salary", count: int = 14, last: date = AS_OF) -> list[Transaction]:
    return [booking(last - timedelta(days=every * back), amount, category, counterparty="ACME") for back in range(count)]


def test_a_salary_is_a_stream_with_its_day_and_its_next_date():
    (stream,) = fitted(steady()).income
    assert (stream.category, stream.amount_minor, stream.pay_day, stream.late_days) == ("salary", pounds(2500), 25, 0.0)
    assert (stream.monthly_minor, stream.next_on) == (pounds(2500), date(2027, 4, 25))


@pytest.mark.parametrize(("every", "monthly"), [(7, 43_482), (14, 21_741), (28, 10_871)])
def test_weekly_fortnightly_and_four_weekly_pay_are_told_per_month(every: int, monthly: int):
    (stream,) = fitted(paid(every, 100, last=AS_OF - timedelta(days=2))).income
    assert (stream.every_days, stream.pay_day, stream.monthly_minor) == (every, None, monthly)
    assert stream.next_on == AS_OF - timedelta(days=2) + timedelta(days=every)


def test_a_rise_half_a_year_ago_is_todays_amount():
    moves = [booking(date(year, month + 1, 25), 2000 if at < 6 else 2400, "salary") for at, (year, month) in enumerate(months_back(12))]
    (stream,) = fitted(moves).income
    assert stream.amount_minor == pounds(2400)


def test_pay_that_varies_has_a_spread():
    even = fitted(steady()).income[0].sd_minor
    moves = [booking(date(year, month + 1, 25), 2500 + 300 * (-1) ** at, "salary") for at, (year, month) in enumerate(months_back(12))]
    assert fitted(moves).income[0].sd_minor > 3 * even


def test_income_that_swings_is_averaged_over_a_year():
    """Half a year of winter is not what a seasonal business earns."""
    summer = [booking(date(year, month + 1, 3), 6000 if 4 <= month <= 8 else 500, "business_income", counterparty=f"GUEST {month}")
              for year, month in months_back(12)]  # fmt: skip
    twin = fitted(summer)
    assert twin.income == ()
    assert twin.income_level_minor == pounds((5 * 6000 + 7 * 500) / 12)
    assert twin.income_season == ()


def test_two_years_show_the_season_and_the_spread_is_told_without_it():
    moves = [booking(date(year, month + 1, 3), 6000 if 4 <= month <= 8 else 500, "business_income", counterparty=f"GUEST {month}")
             for year, month in months_back(24)]  # fmt: skip
    twin = fitted(moves)
    assert twin.income_season[6] > 1.5 > 0.5 > twin.income_season[0]
    assert twin.income_sd_minor < pounds(1000)


def test_pay_taken_back_is_less_income_and_no_commitment():
    """A negative salary, as some exports hold it."""
    back = [booking(date(2027, month, 26), -200, "salary", operation="direct_debit", counterparty="ACME") for month in (1, 2, 3)]
    twin = fitted([*steady(), *back])
    assert all(each.category != "salary" for each in twin.commitments)
    assert pounds(2300) <= twin.income_level_minor < pounds(2500)


def test_only_negative_salaries_leave_no_income_rather_than_a_negative_one():
    twin = fitted([booking(move.booked_on, -100, "salary", number=f"n{at}") for at, move in enumerate(steady())])
    assert twin.income_level_minor == 0
    assert twin.income == ()


def test_the_season_is_not_chance_a_second_time():
    """Months differ by 2,700 (standard deviation); two years show that they always do."""
    earned = [
        booking(date(year, month + 1, 3), 6000 if 4 <= month <= 8 else 500, "business_income", counterparty=f"GUEST {month}")
        for year, month in months_back(24)
    ]
    twin = fitted(earned)
    assert twin.spending_sd_minor + twin.income_sd_minor < pounds(1300)
