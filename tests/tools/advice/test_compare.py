"""Products side by side, on the same sum and term, without anything about a person."""

from datetime import date

import pytest

from tests.tools.builders import pounds, product
from tools.advice.compare import compare_products
from tools.errors import UsageError
from tools.product import Fee, Rate

ON = date(2027, 3, 31)
EASY = product(id="easy", rates=(Rate(rate_bps=300),))
FIXED = product("fixed_deposit", id="fixed", rates=(Rate(rate_bps=420, from_minor=100_000),), access_days=None)
DEAR = product("personal_loan", id="dear", rates=(Rate(rate_bps=1500),), term_months_min=12, term_months_max=60)
CHEAP = product(
    "personal_loan", id="cheap", rates=(Rate(rate_bps=900),), fees=(Fee(name="f", when="start", amount_minor=5000),), term_months_max=36
)


def test_savings_by_what_they_bring_in_a_year():
    found = compare_products([EASY, FIXED], ON, pounds(2000))
    assert [row.year.earned_minor for row in found.rows if row.year] == [pounds(60), pounds(84)]
    assert found.best_earning == "fixed"
    assert found.cheapest is None


def test_a_sum_below_the_lowest_tier_earns_nothing():
    row = compare_products([FIXED], ON, pounds(999)).rows[0]
    assert row.rate_bps is None
    assert row.year is not None
    assert row.year.earned_minor == 0


def test_a_regular_saver_earns_for_about_half_the_year():
    saver = product("recurring_deposit", rates=(Rate(rate_bps=550),))
    row = compare_products([saver], ON, pounds(2400)).rows[0]
    assert row.year is not None
    assert row.year.earned_minor == pytest.approx(pounds(71.50), abs=1)


def test_loans_by_total_and_only_for_terms_they_have():
    found = compare_products([DEAR, CHEAP], ON, pounds(3000), 24)
    assert found.cheapest == "cheap"
    longer = compare_products([DEAR, CHEAP], ON, pounds(3000), 48)
    assert [(row.term_fits, row.cost is None) for row in longer.rows] == [(True, False), (False, True)]
    assert longer.cheapest is None


def test_without_a_sum_only_published_terms_are_shown():
    row = compare_products([DEAR], ON).rows[0]
    assert (row.rate_bps, row.cost, row.year, row.term_fits) == (1500, None, None, None)


def test_currencies_are_not_ranked_against_each_other():
    euro = FIXED.model_copy(update={"id": "euro", "currency": "EUR"})
    assert compare_products([EASY, euro], ON, pounds(2000)).best_earning is None


@pytest.mark.parametrize("wrong", [([], None, None), ([EASY], 0, None), ([EASY], None, 0)])
def test_nothing_to_compare(wrong: tuple[list[object], int | None, int | None]):
    with pytest.raises(UsageError):
        compare_products(wrong[0], ON, wrong[1], wrong[2])  # type: ignore[arg-type]
