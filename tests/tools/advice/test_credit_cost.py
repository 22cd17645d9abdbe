"""The cost of credit agrees with published examples."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.builders import pounds, product
from tools.advice.credit_cost import annuity_instalment, credit_cost, fees_for, product_cost, rate_for
from tools.errors import UsageError
from tools.product import Fee, Rate


def test_the_published_example_of_a_personal_loan():
    """5,000 over 36 months at 10.9 %, fee 150 at the start: 163.46 a month, 6,034.45 in total, APR 13.8 % (R04)."""
    cost = credit_cost(pounds(5000), 36, 1090, fees_minor=pounds(150))
    assert (cost.instalment_minor, cost.total_payable_minor, cost.apr_bps) == (16_346, 603_445, 1380)
    assert cost.interest_minor == pounds(6034.45 - 5000 - 150)


@pytest.mark.parametrize(
    ("amount", "months", "rate_bps", "fee", "yearly", "instalment", "apr"),
    [
        (200_000, 300, 479, 995, 0, 1144.84, 490),  # a mortgage with a product fee
        (1_200, 12, 2245, 0, 36, 112.57, 3240),  # a card with a yearly fee
        (12_000, 48, 790, 99, 0, 292.39, 870),  # hire purchase
        (1_200, 12, 0, 0, 0, 100.00, 0),
    ],
)
def test_other_published_examples(amount: int, months: int, rate_bps: int, fee: int, yearly: int, instalment: float, apr: int):
    cost = credit_cost(pounds(amount), months, rate_bps, pounds(fee), pounds(yearly))
    assert cost.instalment_minor == pounds(instalment)
    assert cost.apr_bps == apr


@given(amount=st.integers(10_000, 10**8), months=st.integers(1, 420), rate_bps=st.integers(0, 5000), fee=st.integers(0, 9_999))
def test_the_books_of_a_loan_balance(amount: int, months: int, rate_bps: int, fee: int):
    cost = credit_cost(amount, months, rate_bps, fee)
    assert cost.total_payable_minor == amount + cost.interest_minor + cost.fees_minor
    assert cost.interest_minor >= 0
    assert cost.apr_bps >= rate_bps - 5
    owed = float(amount)
    for _ in range(months):
        owed = owed * (1 + rate_bps / 120_000) - annuity_instalment(amount, rate_bps, months)
    assert owed == pytest.approx(0, abs=amount * 1e-6)


def test_fees_only_raise_the_apr():
    assert (
        credit_cost(100_000, 12, 1000).apr_bps
        < credit_cost(100_000, 12, 1000, 1000).apr_bps
        < credit_cost(100_000, 12, 1000, 1000, 0, 200).apr_bps
    )


def test_a_tier_is_reached_from_its_sum_and_the_first_rate_in_force_counts():
    tiered = product(
        rates=(Rate(rate_bps=330, from_minor=100), Rate(rate_bps=360, from_minor=1_000_000), Rate(rate_bps=999, from_minor=1_000_000))
    )
    assert [rate_for(tiered, amount) for amount in (99, 100, 999_999, 1_000_000)] == [None, 330, 330, 360]


def test_fees_of_a_product_by_period():
    loan = product(
        "personal_loan",
        rates=(Rate(rate_bps=1090),),
        fees=(Fee(name="a", when="w", rate_bps=300), Fee(name="late", when="w", amount_minor=1200, period="use")),
    )
    assert fees_for(loan, pounds(5000), "once") == pounds(150)
    cost = product_cost(loan, pounds(5000), 36)
    assert cost is not None
    assert cost.apr_bps == 1380


@pytest.mark.parametrize(
    "wrong", [(0, 12, 100, 0), (1000, 0, 100, 0), (1000, 601, 100, 0), (1000, 12, -1, 0), (1000, 12, 100, 1000), (1000, 12, 100, -5)]
)
def test_what_is_no_credit_is_refused(wrong: tuple[int, int, int, int]):
    with pytest.raises(UsageError):
        credit_cost(*wrong)
