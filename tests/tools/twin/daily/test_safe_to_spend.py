"""What can be spent until pay day: everything due stays paid in 9 of 10 paths, and nothing is called safe that is not."""

from datetime import date

import numpy as np
from hypothesis import given, settings

from tests.tools.builders import pounds
from tests.tools.twin.paydays import any_twin, bill, instalment, salary, twin
from tools.twin.daily.daily import simulate_days
from tools.twin.daily.safe_to_spend import safe_to_spend
from tools.twin.twin import Twin


def test_what_is_left_after_everything_due_before_pay_day():
    one = twin(balance=1500, commitments=(bill(), bill(50, date(2027, 4, 24), "phone_internet")), credits=(instalment(250),))
    found = safe_to_spend(one)
    assert (found.outcome, found.until, found.until_kind, found.days) == ("ok", date(2027, 4, 25), "pay_day", 25)
    assert found.amount_minor == pounds(1500 - 900 - 50 - 250)
    assert (found.due_minor, found.due) == (pounds(1200), 3)
    assert found.per_day_minor == pounds(300) // 25
    assert (found.buffer_minor, found.buffered_minor) == (pounds(155), pounds(145))


def test_groceries_come_out_of_the_sum_and_are_named_beside_it():
    found = safe_to_spend(twin(balance=1500, everyday=600))
    assert found.amount_minor == safe_to_spend(twin(balance=1500, everyday=0)).amount_minor == pounds(600)
    assert found.usual_minor == round(pounds(600) * 25 / (365.25 / 12))


def test_what_is_due_on_pay_day_itself_is_paid_from_the_pay():
    found = safe_to_spend(twin(balance=100, commitments=(bill(900, date(2027, 4, 25)),)))
    assert (found.amount_minor, found.due) == (pounds(100), 0)


def test_nothing_is_safe_when_what_is_due_is_more_than_there_is():
    found = safe_to_spend(twin(balance=700))
    assert (found.outcome, found.amount_minor, found.buffered_minor, found.per_day_minor) == ("nothing_safe", 0, 0, 0)
    assert found.short_minor == pounds(200)


def test_an_overdraft_is_no_money_to_spend():
    found = safe_to_spend(twin(balance=700, overdraft_limit_minor=pounds(1000)))
    assert (found.outcome, found.short_minor) == ("nothing_safe", pounds(200))
    below = safe_to_spend(twin(balance=-50, commitments=()))
    assert (below.outcome, below.short_minor) == ("nothing_safe", pounds(50))


def test_a_sum_smaller_than_the_buffer_is_safe_only_without_it():
    found = safe_to_spend(twin(balance=1000))
    assert (found.outcome, found.amount_minor, found.buffered_minor) == ("only_without_buffer", pounds(100), 0)


def test_a_pay_day_that_is_often_late_is_waited_for():
    """The rent of the 26th has to be there when the pay of the 25th may come on the 29th."""
    late = twin(balance=1500, income=(salary(late_sd_days=3.0),), commitments=(bill(900, date(2027, 4, 26)),))
    assert safe_to_spend(late).amount_minor == pounds(600)
    punctual = twin(balance=1500, commitments=(bill(900, date(2027, 4, 26)),))
    assert safe_to_spend(punctual).amount_minor == pounds(1500)


def test_without_a_pay_day_it_is_until_the_end_of_the_month_and_no_income_is_counted_on():
    found = safe_to_spend(twin(balance=1500, income=(), income_level_minor=pounds(3000)))
    assert (found.until, found.until_kind, found.expected_minor) == (date(2027, 4, 30), "month_end", 0)
    assert found.amount_minor == pounds(600)


def test_other_income_before_pay_day_counts():
    benefits = salary(100, date(2027, 4, 12), category="benefits")
    found = safe_to_spend(twin(balance=950, income=(salary(), benefits), commitments=(bill(1000, date(2027, 4, 20)),)))
    assert (found.amount_minor, found.expected_minor) == (pounds(50), pounds(100))


def test_uncertain_bills_make_it_smaller():
    sure = safe_to_spend(twin(balance=1500))
    unsure = safe_to_spend(twin(balance=1500, commitments=(bill(sd_minor=pounds(80)),)))
    assert pounds(80) <= sure.amount_minor - unsure.amount_minor <= pounds(130)


@settings(max_examples=15, deadline=None)
@given(any_twin())
def test_who_spends_no_more_than_that_stays_above_zero_in_nine_of_ten_paths(one: Twin):
    """Checked against another draw of chance, up to the day before pay day."""
    found = safe_to_spend(one)
    last = max((found.until - one.as_of).days - 1, 1)
    paths = simulate_days(one, last, 1024, seed=8, spending=False, income_before=found.until)
    least = np.minimum(paths.balance.min(axis=1), one.balance_minor)
    assert np.mean(least - found.amount_minor + found.short_minor >= 0) >= 0.87
    assert 0 <= found.buffered_minor <= found.amount_minor
    assert (found.outcome == "nothing_safe") == (found.amount_minor == 0)
