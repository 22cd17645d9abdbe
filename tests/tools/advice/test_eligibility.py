"""Conditions are the published ones; age is a legal condition only, and what is not known is not held against anyone."""

from datetime import date

import pytest

from tests.tools.builders import features, history, pounds, product
from tools.advice.eligibility import EligibilityResult, eligible
from tools.product import Rate

ON = date(2027, 3, 31)


def check(
    age: int | None = 40, amount: float | None = None, term: int | None = None, kind: str = "savings", **changes: object
) -> EligibilityResult:
    amount_minor = None if amount is None else pounds(amount)
    return eligible(product(kind, **changes), history(), features(), ON, age, amount_minor, term)


def codes(result: EligibilityResult) -> list[str]:
    return [reason.code for reason in result.reasons]


def test_without_conditions_everybody_may():
    assert check().ok


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"valid_from": date(2027, 4, 1)}, "not_on_sale"),
        ({"valid_to": date(2027, 3, 30)}, "not_on_sale"),
        ({"audience": ("rm", "staff")}, "not_for_this_audience"),
        ({"currency": "EUR"}, "other_currency"),
        ({"eligibility": {"customer_kinds": ["business"]}}, "customer_kind"),
        ({"eligibility": {"segments": ["hni"]}}, "segment"),
        ({"eligibility": {"min_income_minor": 250_001}}, "income_too_low"),
        ({"eligibility": {"min_months_of_history": 36}}, "history_too_short"),
        ({"eligibility": {"needs_holding": "mortgage"}}, "needs_holding"),
        ({"eligibility": {"min_age": 41}}, "too_young"),
        ({"eligibility": {"max_age": 39}}, "too_old"),
    ],
)
def test_one_condition_fails(changes: dict[str, object], code: str):
    assert codes(check(**changes)) == [code]


def test_a_reason_carries_the_customers_own_value():
    reason = check(eligibility={"min_income_minor": pounds(3000)}).reasons[0]
    assert (reason.value, reason.limit, reason.unit) == (pounds(2500), pounds(3000), "money")


def test_the_age_limit_of_credit_holds_at_its_end():
    conditions: dict[str, object] = {"kind": "personal_loan", "eligibility": {"max_age": 75}}
    assert check(age=70, term=60, **conditions).ok
    assert codes(check(age=72, term=60, **conditions)) == ["too_old"]


def test_an_unknown_age_is_an_adult_and_anything_finer_is_left_unchecked():
    adult = check(age=None, eligibility={"min_age": 18})
    assert adult.ok
    assert adult.unchecked == ("residence",)
    assert check(age=None, eligibility={"max_age": 75}).unchecked == ("age", "residence")
    assert codes(check(age=None, eligibility={"max_age": 17})) == ["age_unknown"]


def test_sums_and_terms():
    limits: dict[str, object] = {"eligibility": {"min_deposit_minor": pounds(25), "max_deposit_minor": pounds(250)}}
    assert codes(check(amount=10, **limits)) == ["amount_too_small"]
    assert codes(check(amount=300, **limits)) == ["amount_too_large"]
    assert check(amount=3000, kind="recurring_deposit", **limits).ok  # 250 a month
    loan: dict[str, object] = {
        "kind": "personal_loan",
        "rates": (Rate(rate_bps=900, from_minor=100_000),),
        "term_months_min": 12,
        "term_months_max": 60,
    }
    assert codes(check(amount=500, term=6, **loan)) == ["no_rate_for_amount", "term_too_short"]
    assert codes(check(amount=5000, term=72, **loan)) == ["term_too_long"]
