"""How long money lasts without income: by plain division where nothing is uncertain, and never longer than it can."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools.builders import pounds
from tests.tools.twin.paydays import any_twin, instalment, twin
from tools.twin.forecast.runway import MOST_MONTHS, runway
from tools.twin.twin import Twin


def test_without_chance_it_is_a_division():
    found = runway(twin(balance=3200, everyday=600, savings_minor=pounds(3000)))
    assert (found.as_now.monthly_minor, found.as_now.middle_months, found.as_now.sure_months) == (pounds(1500), 4, 4)
    assert (found.commitments_only.monthly_minor, found.commitments_only.middle_months) == (pounds(900), 6)
    assert not found.as_now.middle_beyond


def test_instalments_are_paid_for_as_long_as_something_is_owed():
    found = runway(twin(balance=3000, everyday=0, credits=(instalment(600, owed=1200),)))
    assert found.as_now.middle_months == 2  # 1,500 twice; without the loan it would be three
    assert found.commitments_only.monthly_minor == pounds(1500)


def test_it_does_not_matter_where_the_money_lies_or_what_was_put_aside():
    together = runway(twin(balance=3200, savings_minor=pounds(3000), saving_minor=pounds(400), investment_minor=pounds(100)))
    apart = runway(twin(balance=6200))
    assert together.as_now == apart.as_now


def test_nobody_is_saved_by_a_habit_of_the_past():
    """Neither a return to the habitual balance nor the correction of the averages is money."""
    plain = runway(twin(balance=3200))
    rich_habit = runway(twin(balance=3200, balance_level_minor=pounds(50_000), reversion=0.5, adjustment_minor=-pounds(500)))
    assert rich_habit.as_now == plain.as_now


def test_below_zero_lasts_no_month_and_savings_far_away_are_not_counted_to_the_end():
    assert runway(twin(balance=-200)).as_now.middle_months == 0
    rich = runway(twin(balance=900_000))
    assert (rich.as_now.middle_months, rich.as_now.middle_beyond, rich.as_now.sure_beyond) == (MOST_MONTHS, True, True)
    assert runway(twin(balance=100, everyday=0, commitments=())).as_now.middle_beyond


def test_uncertain_spending_makes_the_sure_months_fewer_than_the_middle_ones():
    found = runway(twin(balance=20_000, spending_sd_minor=pounds(900)))
    assert found.as_now.sure_months < found.as_now.middle_months
    assert found.commitments_only.sure_months >= found.as_now.sure_months


@settings(max_examples=20, deadline=None)
@given(any_twin(), st.integers(0, 500_000))
def test_more_money_never_lasts_shorter(one: Twin, more: int):
    richer = one.model_copy(update={"savings_minor": one.savings_minor + more})
    for less, longer in zip(_months(one), _months(richer), strict=True):
        assert longer >= less
    assert runway(one, paths=64) == runway(one, paths=64)


def _months(one: Twin) -> tuple[int, ...]:
    found = runway(one, paths=64)
    return found.as_now.sure_months, found.as_now.middle_months, found.commitments_only.sure_months, found.commitments_only.middle_months
