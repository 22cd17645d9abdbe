from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.importers.amount import parse_amount
from tools.errors import MoneyError


@pytest.mark.parametrize(
    ("text", "decimal", "minor"),
    [
        ("12", ".", 1200),
        ("-12.5", ".", -1250),
        ("−12.50", ".", -1250),
        ("+12.50", ".", 1250),
        ("12.00-", ".", -1200),
        ("(12.00)", ".", -1200),
        ("£1,234.50", ".", 123450),
        ("-£1,234.50", ".", -123450),
        ("£-1,234.50", ".", -123450),
        ("(£1,234.50)", ".", -123450),
        ("1,23,456.00", ".", 12345600),
        ("12.00 DR", ".", -1200),
        ("12.00CR", ".", 1200),
        ("12.00 D", ".", -1200),
        ("GBP 12.00", ".", 1200),
        (".50", ".", 50),
        ("1.234,56", ",", 123456),
        ("-1.234.567,5", ",", -123456750),
        ("1 234,56 Kč", ",", 123456),
        ("1\u00a0234,56", ",", 123456),
        ("1'234.50", ".", 123450),
        ("1234,-", ",", -123400),
    ],
)
def test_the_ways_statements_write_amounts(text: str, decimal: str, minor: int):
    assert parse_amount(text, decimal, "GBP") == minor


@pytest.mark.parametrize(
    ("text", "decimal"),
    [
        ("", "."),
        ("-", "."),
        ("abc", "."),
        ("1,23", "."),
        ("1.234,56", "."),
        ("1,234.56", ","),
        ("12.345", "."),
        ("(12.00", "."),
        ("12.00)", "."),
        ("-12.00 CR", "."),
        ("-(12.00)", "."),
        ("-12.00-", "."),
        ("1,234'567.00", "."),
        ("12.00 13.00", "."),
        ("1e5", "."),
    ],
)
def test_what_is_no_amount_in_this_style_is_refused(text: str, decimal: str):
    with pytest.raises(MoneyError):
        parse_amount(text, decimal, "GBP")


@given(st.integers(-(10**14), 10**14))
def test_every_amount_is_read_back_in_every_style(minor: int):
    plain = f"{abs(minor) // 100:,}.{abs(minor) % 100:02d}"
    sign = "-" if minor < 0 else ""
    assert parse_amount(sign + plain, ".", "GBP") == minor
    assert parse_amount(sign + plain.translate(str.maketrans(",.", ".,")), ",", "GBP") == minor
    assert parse_amount(f"({plain})" if minor < 0 else plain, ".", "GBP") == minor
    assert parse_amount(f"£{plain} {'DR' if minor < 0 else 'CR'}", ".", "GBP") == minor


@given(st.text(max_size=12))
def test_any_text_is_an_amount_or_is_refused(text: str):
    with suppress(MoneyError):
        assert isinstance(parse_amount(text, ".", "GBP"), int)
