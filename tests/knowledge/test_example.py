"""Representative examples: what the formulas give holds, and each figure that does not follow is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.example import apr_of, contradictions, instalment_of
from tools.product import RepresentativeExample

PUBLISHED = RepresentativeExample(
    amount_minor=1_000_000, term_months=60, rate_bps=669, fees_minor=0, apr_bps=690, instalment_minor=19_655, total_payable_minor=1_179_300
)


@given(
    amount=st.integers(100_000, 50_000_000),
    months=st.integers(1, 420),
    rate=st.integers(0, 5_000),
    fee_share=st.floats(0, 0.05, allow_nan=False),
)
def test_an_example_made_by_the_formulas_holds(amount: int, months: int, rate: int, fee_share: float):
    fees = int(amount * fee_share)
    instalment = round(instalment_of(amount, rate, months))
    apr = apr_of(amount - fees, instalment, months)
    example = RepresentativeExample(
        amount_minor=amount, term_months=months, rate_bps=rate, fees_minor=fees, apr_bps=round(apr / 10) * 10, instalment_minor=instalment,
        total_payable_minor=instalment * months + fees,
    )  # fmt: skip
    assert contradictions(example) == ()


def test_the_apr_of_a_known_loan():
    # 1,200.00 in twelve payments of 112.57 and 36.00 at the start: 32.4 % (computed independently as an internal rate of return)
    assert apr_of(120_000 - 3_600, 11_257, 12) == pytest.approx(3_242, abs=1)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"total_payable_minor": 1_179_361}, "total_payable_minor is 1179361, but instalments and fees make 1179300"),
        ({"instalment_minor": 19_500}, "instalment_minor is 19500, but amount, rate and term make 19655"),
        ({"apr_bps": 669}, "apr_bps is 669, but the payments make 690"),
        ({"fees_minor": 20_000, "total_payable_minor": 1_199_300}, "apr_bps is 690, but the payments make 780"),
        ({"term_months": 0}, "must be positive"),
        ({"fees_minor": 1_000_000}, "fees below the amount"),
    ],
)
def test_a_figure_that_does_not_follow_is_named(change: dict[str, int], named: str):
    assert any(named in found for found in contradictions(PUBLISHED.model_copy(update=change)))
