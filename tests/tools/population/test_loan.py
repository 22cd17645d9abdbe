"""Instalments: a textbook annuity, and a running loan that began as a larger one."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tools.population.loan import instalment, interest_of_month, running_loan


def test_a_textbook_annuity() -> None:
    # 200,000.00 at 6 % over 30 years: 1,199.10 a month.
    assert instalment(20_000_000, 600, 360) == 119_910


def test_without_interest_the_parts_cover_the_whole() -> None:
    assert instalment(1000, 0, 3) == 334


@given(st.integers(100_00, 500_000_00), st.integers(0, 3000), st.integers(2, 360))
def test_paying_every_instalment_clears_the_loan(owed: int, rate_bps: int, months: int) -> None:
    payment, left = instalment(owed, rate_bps, months), owed
    for _ in range(months):
        interest = interest_of_month(left, rate_bps)
        left += interest - min(payment, left + interest)
    # Each payment and each month's interest is off by half a minor unit at most, and that grows with interest until the end.
    monthly = rate_bps / 120_000
    assert 0 <= left <= (((1 + monthly) ** months - 1) / monthly if monthly else months) + 1


def test_a_running_loan_was_larger_when_it_began() -> None:
    loan = running_loan("loan", date(2026, 1, 1), 500_000, 890, 12, 24, 5)
    assert loan.principal_minor > loan.outstanding_minor
    assert loan.starts_on == date(2025, 1, 1)
    assert loan.matures_on == date(2028, 1, 1)
