"""Affordable means: within the limit and something left over, today and when rates rise and income falls."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.builders import history, loan, pounds, product, steady
from tools.advice.affordability import LIMIT_PERCENT, affordability
from tools.errors import UsageError
from tools.ledger.features import features_of
from tools.product import Rate
from tools.twin.fit.fit import fit_twin

CUSTOMER = history(steady(months=12))
FEATURES = features_of(CUSTOMER)
TWIN = fit_twin(CUSTOMER, FEATURES)
LOAN = product("personal_loan", rates=(Rate(rate_bps=1090),))


def test_the_budget_adds_up():
    found = affordability(TWIN, FEATURES, instalment_minor=pounds(200)).base
    assert (found.income_minor, found.commitments_minor, found.living_minor) == (pounds(2500), pounds(900), pounds(600))
    assert found.disposable_minor == pounds(1000)
    assert found.leftover_minor == pounds(800)
    assert (found.share_of_income_percent, found.share_of_disposable_percent) == (8.0, 20.0)


def test_stress_takes_a_fifth_of_the_income_and_adds_three_points():
    found = affordability(TWIN, FEATURES, product=LOAN, amount_minor=pounds(5000), term_months=36)
    assert found.cost is not None
    assert found.instalment_minor == found.cost.instalment_minor == 16_346
    assert found.stressed.income_minor == pounds(2000)
    assert found.stressed.instalment_minor == 17_065  # 5,000 at 13.9 % over 36 months
    assert found.affordable
    assert "rate_not_known" not in found.assumptions


def test_what_fits_today_but_not_in_stress_is_not_affordable():
    found = affordability(TWIN, FEATURES, instalment_minor=pounds(600))
    assert found.base.leftover_minor > 0
    assert [reason.code for reason in found.reasons] == ["nothing_left_over_in_stress"]
    assert not found.affordable


def test_all_instalments_count_towards_the_limit():
    indebted = history(steady(months=12, salary=4000), contracts=(loan(instalment_minor=pounds(1300), outstanding_minor=pounds(40_000)),))
    features = features_of(indebted)
    found = affordability(fit_twin(indebted, features), features, instalment_minor=pounds(400))
    assert found.base.share_of_income_percent == 42.5
    first = found.reasons[0]
    assert (first.code, first.value, first.limit) == ("instalments_above_limit", 42.5, LIMIT_PERCENT)


@given(smaller=st.integers(1, 10**6), more=st.integers(0, 10**6))
def test_a_larger_instalment_is_never_easier_to_afford(smaller: int, more: int):
    small, large = (affordability(TWIN, FEATURES, instalment_minor=amount) for amount in (smaller, smaller + more))
    assert small.affordable or not large.affordable
    assert large.base.leftover_minor == small.base.leftover_minor - more


@pytest.mark.parametrize("given", [{}, {"instalment_minor": 0}, {"product": LOAN, "amount_minor": 100}])
def test_half_a_question_is_refused(given: dict[str, object]):
    with pytest.raises(UsageError, match="no instalment"):
        affordability(TWIN, FEATURES, **given)  # type: ignore[arg-type]


def test_no_rate_for_the_amount_is_said():
    with pytest.raises(UsageError, match="no rate for this amount"):
        affordability(
            TWIN, FEATURES, product=product("personal_loan", rates=(Rate(rate_bps=1, from_minor=10**6),)), amount_minor=5, term_months=12
        )
