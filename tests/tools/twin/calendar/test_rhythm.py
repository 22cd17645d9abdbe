"""Which day a payment is due, how late it comes, and when it comes next."""

from datetime import date, timedelta

import pytest

from tools.ledger.flows import Flow
from tools.twin.calendar.rhythm import monthly_amount, recent_amount, rhythm_of, whole_months_between


def flow(dates: list[date], every: int, day: int | None, amounts: list[int] | None = None) -> Flow:
    return Flow(
        name="X", category="salary", account_id="demo:acc", currency="GBP", amount_minor=100, every_days=every, day_of_month=day,
        seen=len(dates), last_on=dates[-1], dates=tuple(dates), amounts_minor=tuple(amounts or [100] * len(dates)),
    )  # fmt: skip


def test_a_punctual_payment_is_due_on_its_day_and_comes_next_month():
    rhythm = rhythm_of(flow([date(2027, month, 25) for month in (1, 2, 3)], 30, 25), date(2027, 3, 31), 1.0)
    assert (rhythm.months, rhythm.day, rhythm.late_days, rhythm.next_on) == (1, 25, 0.0, date(2027, 4, 25))


def test_the_last_working_day_is_the_end_of_the_month_and_comes_a_little_before_it():
    days = [date(2026, 10, 30), date(2026, 11, 30), date(2026, 12, 31), date(2027, 1, 29), date(2027, 2, 26), date(2027, 3, 31)]
    rhythm = rhythm_of(flow(days, 30, 30), date(2027, 4, 2), 1.0)
    assert rhythm.day == 31
    assert -1.5 < rhythm.late_days < 0
    assert rhythm.next_on == date(2027, 4, 30)


def test_pay_moved_forward_by_weekends_keeps_its_day():
    days = [date(2026, 9, 25), date(2026, 10, 23), date(2026, 11, 25), date(2026, 12, 25), date(2027, 1, 25), date(2027, 2, 25)]
    assert rhythm_of(flow(days, 31, 25), date(2027, 3, 1), 1.0).day == 25


def test_lateness_seen_once_counts_half_and_seen_often_counts_nearly_whole():
    once = rhythm_of(flow([date(2027, 3, 28)], 30, 25), date(2027, 3, 31), 1.0)
    often = rhythm_of(flow([date(2026 + (m > 12), (m - 1) % 12 + 1, 28) for m in range(4, 16)], 30, 25), date(2027, 3, 31), 1.0)
    assert once.late_days == 1.5
    assert 2.7 < often.late_days < 3.0
    assert often.late_sd_days < once.late_sd_days < 1.0


def test_what_is_two_days_overdue_is_expected_tomorrow_and_what_is_long_overdue_next_month():
    seen = flow([date(2027, month, 25) for month in (1, 2, 3)], 30, 25)
    assert rhythm_of(seen, date(2027, 4, 27), 1.0).next_on == date(2027, 4, 28)
    assert rhythm_of(seen, date(2027, 5, 5), 1.0).next_on == date(2027, 5, 25)


def test_what_came_early_is_not_expected_again_on_its_day():
    assert rhythm_of(flow([date(2027, month, 30) for month in (1, 3)], 30, 31), date(2027, 3, 30), 1.0).next_on == date(2027, 4, 30)


@pytest.mark.parametrize(
    ("every", "day", "months"), [(7, None, 0), (14, None, 0), (28, None, 0), (30, 25, 1), (91, None, 3), (365, None, 12)]
)
def test_distances_are_read_as_days_or_as_whole_months(every: int, day: int | None, months: int):
    assert whole_months_between(every, day) == months
    first = date(2025, 1, 6)
    rhythm = rhythm_of(flow([first, first + timedelta(days=every)], every, day), first + timedelta(days=every + 1), 1.0)
    assert rhythm.months == months
    assert rhythm.next_on > first + timedelta(days=every + 1)


def test_a_quarterly_bill_comes_to_a_third_in_a_month_and_a_weekly_one_to_more_than_four():
    quarterly = rhythm_of(flow([date(2026, 12, 10), date(2027, 3, 10)], 90, None), date(2027, 3, 31), 1.0)
    weekly = rhythm_of(flow([date(2027, 3, 18), date(2027, 3, 25)], 7, None), date(2027, 3, 31), 1.0)
    assert (monthly_amount(300, quarterly), quarterly.day, quarterly.next_on) == (100, 10, date(2027, 6, 10))
    assert (monthly_amount(100, weekly), weekly.next_on) == (435, date(2027, 4, 1))


def test_the_amount_of_today_is_that_of_the_last_half_year():
    days = [date(2026 + (m > 12), (m - 1) % 12 + 1, 25) for m in range(4, 16)]
    amount, spread = recent_amount(flow(days, 30, 25, [100] * 6 + [120] * 6), 0.0)
    assert (amount, spread) == (120, 0)
