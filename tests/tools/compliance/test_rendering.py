"""How figures read."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.compliance.rendering import render_date, render_fact, render_money
from tools.fact import Fact

DAY = date(2026, 11, 14)


def fact(value: int | float | str, unit: str, **more: object) -> Fact:
    return Fact.model_validate({"id": "x", "label": "x", "value": value, "unit": unit, "as_of": DAY, "source": "test"} | more)


@pytest.mark.parametrize(
    ("value", "unit", "more", "shown"),
    [
        (125100, "money", {"currency": "GBP"}, "£1,251"),
        (-1550, "money", {"currency": "GBP"}, "−£15.50"),
        (-1550, "money", {"currency": "GBP", "digits": 0}, "−£16"),
        (-20, "money", {"currency": "GBP", "digits": 0}, "£0"),
        (120000, "money", {"currency": "CZK"}, "1,200\u00a0CZK"),
        (4.39, "percent", {}, "4.39%"),
        (5.0, "percent", {}, "5%"),
        (0.18, "in_100", {}, "18\u00a0in\u00a0100"),
        (0.001, "in_100", {}, "fewer\u00a0than\u00a01\u00a0in\u00a0100"),
        (0.999, "in_100", {}, "more\u00a0than\u00a099\u00a0in\u00a0100"),
        (0.0, "in_100", {}, "fewer\u00a0than\u00a01\u00a0in\u00a0100"),
        (1.0, "in_100", {}, "more\u00a0than\u00a099\u00a0in\u00a0100"),
        (0.99, "in_100", {}, "99\u00a0in\u00a0100"),
        (0.01, "in_100", {}, "1\u00a0in\u00a0100"),
        (0.0, "in_100", {"source": "you said"}, "0\u00a0in\u00a0100"),
        (1, "months", {}, "1\u00a0month"),
        (12, "months", {}, "12\u00a0months"),
        (10, "minutes", {}, "10\u00a0minutes"),
        ("2027-03-31", "date", {}, "31\u00a0March\u00a02027"),
        ("2027-03", "month", {}, "March\u00a02027"),
        (1250, "count", {}, "1,250"),
        (22, "day_of_month", {}, "22nd"),
        (0.4, "score", {}, "0.40"),
        ("too_short", "label", {}, "too short"),
    ],
)
def test_a_fact_reads_as_people_write_it(value: int | float | str, unit: str, more: dict[str, object], shown: str):
    assert render_fact(fact(value, unit, **more)) == shown


def test_dates_follow_the_language():
    assert render_date(DAY, "de") == "14.\u00a0November\u00a02026"
    assert render_date(DAY, "es") == "14\u00a0de\u00a0noviembre\u00a0de\u00a02026"


@given(st.floats(0, 1))
def test_no_share_of_paths_is_told_as_certain_and_none_says_more_than_its_value(share: float):
    shown = render_fact(fact(share, "in_100")).replace("\u00a0", " ")
    match shown.removesuffix(" in 100").split():
        case ["fewer", "than", number]:
            assert share * 100 < int(number) == 1
        case ["more", "than", number]:
            assert share * 100 > int(number) == 99
        case [number]:
            assert 1 <= int(number) <= 99
            assert abs(share * 100 - int(number)) <= 0.5
        case other:
            pytest.fail(f"{other} is no share")


@given(st.integers(-(10**14), 10**14))
def test_money_with_pence_loses_nothing(amount: int):
    shown = render_money(amount, "GBP", 2)
    assert int(shown.replace("£", "").replace(",", "").replace(".", "").replace("−", "-")) == amount
