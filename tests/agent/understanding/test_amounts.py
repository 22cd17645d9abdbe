from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.understanding.amounts import amounts, limits


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("15k", "15000"), ("1.2m", "1200000"), ("£15,000", "15000"), ("half a million", "500000"), ("200 quid", "200"), ("two hundred and fifty pounds", "250"),
        ("a grand", "1000"), ("twenty-five thousand", "25000"), ("£12.50", "12.5"), ("20 lakh", "2000000"), ("£1,20,000", "120000"), ("1 500", "1500"),
        ("5 grand please", "5000"), ("EUR 300", "300"),
    ],
)  # fmt: skip
def test_money_is_read_in_many_spellings(text: str, expected: str) -> None:
    assert [amount.text for amount in amounts(text)] == [expected]


@pytest.mark.parametrize("text", ["12 months", "15%", "90 days", "3 payments", "15.000", "berka:1787", "two loans", "the 1st", "10:30"])
def test_other_numbers_are_no_money(text: str) -> None:
    assert amounts(text) == ()


@given(st.integers(min_value=1, max_value=10**9))
def test_pence_are_exact(pence: int) -> None:
    pounds = Decimal(pence).scaleb(-2)

    assert [amount.value for amount in amounts(f"£{pounds:,.2f}")] == [pounds]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("between 5 and 10", "5", "10"), ("from £50 to £60", "50", "60"), ("50-60k", "50000", "60000"), ("over £200", "200", None), ("up to 30", None, "30"),
        ("100 or more", "100", None), ("75k+", "75000", None), ("no more than 40 pounds", None, "40"), ("not less than 40 pounds", "40", None),
    ],
)  # fmt: skip
def test_ranges(text: str, low: str | None, high: str | None) -> None:
    found = limits(text)

    assert found is not None
    assert (found.low and found.low.text, found.high and found.high.text) == (low, high)
