"""Eligible, affordable, suitable, then ranked by what it brings this customer; and why not the others."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from tests.tools.builders import AS_OF, booking, history, pounds, product, steady
from tools.advice.need import NEEDS, need_named
from tools.advice.recommend import Recommendation, recommend
from tools.errors import UsageError
from tools.ledger.account import Account
from tools.ledger.features import features_of
from tools.ledger.note import Flag
from tools.product import Fee, Product, Rate
from tools.stress.score import stress_status
from tools.twin.fit.fit import fit_twin

EASY = product(id="easy", rates=(Rate(rate_bps=300),))
NOTICE = product(id="notice", rates=(Rate(rate_bps=350),), access_days=90)
FIXED = product("fixed_deposit", id="fixed", rates=(Rate(rate_bps=420),), access_days=None)
YOUNG = product(id="young", rates=(Rate(rate_bps=500),), eligibility={"max_age": 17})
GONE = product(id="gone", rates=(Rate(rate_bps=900),), valid_to=date(2027, 1, 1))
LOAN = product("personal_loan", id="loan", rates=(Rate(rate_bps=900),), term_months_min=12, term_months_max=60)
CAR = product("car_loan", id="car", rates=(Rate(rate_bps=500),), tags=("car",), term_months_min=24, term_months_max=60)
FUND = product(
    "fund", id="fund", risk_class=4, min_horizon_months=60, fees=(Fee(name="charge", when="yearly", rate_bps=50, period="year"),)
)
RISKY = product("fund", id="risky", risk_class=6)
ALL = (EASY, NOTICE, FIXED, YOUNG, GONE, LOAN, CAR, FUND, RISKY)


def ask(
    need: str | None = None,
    amount: float | None = None,
    products: Sequence[Product] = ALL,
    moves: Any = None,
    horizon: int | None = 120,
    **changes: Any,
) -> Recommendation:
    profile = {"risk_tolerance": "balanced", **changes.pop("profile", {})}
    one = history(moves if moves is not None else steady(months=12), profile=profile, **changes)
    features = features_of(one)
    twin = fit_twin(one, features) if features.days_of_history >= 21 else None
    amount_minor = None if amount is None else pounds(amount)
    return recommend(one, features, twin, stress_status(one, features), products, need, amount_minor, AS_OF, age=40, horizon_months=horizon)


def test_the_one_that_brings_most_comes_first_with_its_figures():
    found = ask("savings", 5000)
    assert found.outcome == "ok"
    assert [(option.product_id, option.benefit_12m_minor) for option in found.options] == [
        ("fixed", pounds(210)),
        ("notice", pounds(175)),
        ("easy", pounds(150)),
    ]
    assert "access_when_needed" in {reason.code for reason in found.options[2].reasons}


def test_why_not_is_told_of_near_misses_only():
    found = ask("savings", 12_000)
    assert [(miss.product_id, miss.stage) for miss in found.rejected] == [("fixed", "suitable")]
    reason = found.rejected[0].reasons[0]
    assert (reason.code, reason.value, reason.limit) == ("locked_without_emergency_fund", pounds(1000), pounds(4500))


def test_the_benefit_is_beyond_what_the_money_earns_now_and_what_is_held_is_not_offered_again():
    current = history().accounts[0]
    held = Account(
        id="demo:sav", source="demo", external_id="sav", customer_id="demo:1", kind="savings", name="s", currency="GBP",
        opened_on=date(2024, 1, 1), opening_balance_minor=pounds(9000), product_id="easy",
    )  # fmt: skip
    found = ask("savings", 5000, accounts=(current, held))
    assert found.already_held == ("easy",)
    assert [(option.product_id, option.benefit_12m_minor) for option in found.options] == [("fixed", pounds(60)), ("notice", pounds(25))]
    assert found.options[0].reasons[0].code == "earns_more"


def test_an_emergency_fund_is_money_at_hand():
    assert [option.product_id for option in ask("emergency_fund", 1000).options] == ["easy"]


def test_without_a_need_the_emergency_fund_comes_before_saving():
    rich = ask()
    assert (rich.need, rich.need_inferred) == ("savings", True)
    poor = ask(moves=[*steady(months=12), booking(date(2027, 3, 30), -11_000, "travel")])
    assert poor.need == "emergency_fund"


def test_credit_is_tested_in_stress_and_a_car_loan_is_for_a_car():
    found = ask("borrow", 5000)
    assert [(option.product_id, option.purpose) for option in found.options] == [("loan", None), ("car", "car")]
    first = found.options[0]
    assert first.affordability is not None
    assert first.affordability.affordable
    assert first.cost is not None
    assert first.benefit_12m_minor == -first.year.interest_paid_minor < 0


def test_credit_beyond_the_means_is_not_recommended_and_says_why():
    found = ask("borrow", 30_000)
    assert found.outcome == "none_suitable"
    assert {miss.stage for miss in found.rejected} == {"affordable"}
    assert {reason.code for reason in found.rejected[0].reasons} <= {
        "instalments_above_limit", "nothing_left_over", "instalments_above_limit_in_stress", "nothing_left_over_in_stress",
    }  # fmt: skip


def test_borrowing_without_a_sum_asks_for_it():
    found = ask("borrow")
    assert (found.outcome, found.missing, found.options) == ("information_only", ("amount",), ())


@pytest.mark.parametrize("kind", ["hardship", "bereavement", "scam_victim", "gambling", "coercion"])
@pytest.mark.parametrize("need", ["borrow", "invest"])
def test_nobody_in_difficulty_is_sold_credit_or_investments(kind: Any, need: str):
    found = ask(need, 1000, flags=(Flag(customer_id="demo:1", kind=kind, since=date(2027, 1, 1)),))
    assert (found.outcome, found.options, found.support_first) == ("none_suitable", (), True)


def test_investing_without_a_risk_profile_is_information_only():
    found = ask("invest", 1000, profile={"risk_tolerance": None})
    assert (found.outcome, found.missing, found.options) == ("information_only", ("risk_profile",), ())


def test_investments_are_ranked_by_their_charges_and_no_growth_is_promised():
    found = ask("invest", 1000)
    assert [(option.product_id, option.benefit_12m_minor) for option in found.options] == [("fund", -pounds(5))]
    assert [miss.product_id for miss in found.rejected] == ["risky"]
    assert "no_growth_counted_for_investments" in found.limits


def test_without_consent_nothing_personal_is_looked_at():
    found = ask("savings", 5000, profile={"consent_personalization": "no"})
    assert (found.outcome, found.options, found.rejected, found.considered) == ("consent_no", (), (), 0)
    limited = ask("savings", 5000, profile={"consent_personalization": "limited"})
    assert (limited.outcome, limited.options, limited.missing) == ("information_only", (), ("full_consent",))


def test_a_short_history_gets_no_credit():
    found = ask("borrow", 1000, moves=[booking(date(2027, 3, 20), 2500, "salary")])
    assert (found.outcome, found.options, found.missing) == ("information_only", (), ("more_history",))


def test_the_order_of_the_catalogue_does_not_matter():
    assert ask("savings", 5000) == ask("savings", 5000, products=ALL[::-1])


def test_every_need_of_the_closed_list_has_its_products():
    for name in NEEDS:
        assert need_named(name)[1].kinds


def test_unknown_needs_and_sums_are_refused():
    with pytest.raises(UsageError, match="Use one of: savings"):
        ask("yacht")
    with pytest.raises(UsageError, match="above zero"):
        ask("savings", 0)
