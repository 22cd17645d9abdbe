"""Equal repayments to the penny: the last one takes up the rounding."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tools.twin.scenario.annuity import instalment_minor, interest_of_month, loan_cost, months_to_clear, repayments

amounts, rates, terms = st.integers(1, 10**9), st.integers(0, 6000), st.integers(1, 480)


@given(amounts, rates, terms)
def test_repayments_clear_the_loan_and_no_more(amount: int, rate: int, months: int):
    paid, owed = repayments(amount, rate, months), amount
    for payment in paid:
        owed += round(owed * rate / 120_000) - payment
        assert owed >= 0
    assert owed == 0
    assert len(paid) == months


def test_the_figures_of_the_fca_example():
    cost = loan_cost(500_000, 1090, 36)  # CONC 3.5: 5,000 over 36 months at 10.9 %
    assert (cost.instalment_minor, cost.total_minor - cost.drawn_minor) == (16_346, cost.interest_minor)
    assert cost.total_minor == pytest.approx(588_445, abs=20)


@given(st.integers(10_000, 10**9), st.integers(0, 2000), st.integers(2, 420))
def test_months_left_are_those_of_the_instalment(amount: int, rate: int, months: int):
    instalment = instalment_minor(amount, rate, months)
    # Where little more than the interest is repaid, half a penny of rounding moves the end by years.
    assume(instalment - interest_of_month(amount, rate) >= 10)
    left = months_to_clear(amount, rate, instalment)
    assert left is None or abs(left - months) <= max(1, months // 20)


def test_an_instalment_below_the_interest_clears_nothing():
    assert months_to_clear(1_000_000, 1200, 9_999) is None
    assert months_to_clear(1_000_000, 1200, 10_000) is None
    assert months_to_clear(1_000_000, 0, 10_000) == 100
