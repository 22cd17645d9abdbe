"""Nothing is pushed at who is in difficulty, beyond their tolerance, or against what they said."""

from datetime import date

import pytest

from tests.tools.builders import AS_OF, features, pounds, product
from tools.advice.suitability import HIGHEST_RISK_CLASS, Suitability, suitable
from tools.ledger.customer import Profile
from tools.ledger.note import Flag
from tools.stress.score import StressStatus

CREDIT, FUND = product("personal_loan"), product("fund", risk_class=4, min_horizon_months=60)
FIXED = product("fixed_deposit", access_days=None)


def status(band: str = "healthy", score: float | None = 0.05) -> StressStatus:
    return StressStatus.model_validate(
        {"customer_id": "demo:1", "as_of": AS_OF, "model": "m", "score": score, "band": band, "days_of_history": 365}
    )


def flag(kind: str, since: date = date(2027, 1, 1), until: date | None = None) -> Flag:
    return Flag.model_validate({"customer_id": "demo:1", "kind": kind, "since": since, "until": until})


def judge(
    what: object,
    horizon: int | None = 120,
    amount: float | None = 1000,
    flags: tuple[Flag, ...] = (),
    band: str = "healthy",
    **changes: object,
) -> Suitability:
    profile = Profile.model_validate({"customer_id": "demo:1", "risk_tolerance": "balanced", **changes.pop("profile", {})})  # type: ignore[dict-item]
    stress = status(band, None if band == "too_short" else 0.9 if band == "critical" else 0.05)
    return suitable(what, profile, features(**changes), stress, flags, horizon, pounds(amount) if amount else None)  # type: ignore[arg-type]


def codes(found: Suitability) -> list[str]:
    return [reason.code for reason in found.reasons]


def test_a_calm_customer_with_reserves_may_have_all_three():
    assert judge(CREDIT).ok
    assert judge(FUND).ok
    assert judge(FIXED).ok


@pytest.mark.parametrize("kind", ["hardship", "bereavement", "scam_victim", "coercion", "gambling"])
def test_circumstances_block_credit_and_investment_and_leave_saving(kind: str):
    for blocked in (CREDIT, FUND):
        assert codes(judge(blocked, flags=(flag(kind),))) == [f"flag_{kind}"]
    assert judge(FIXED, flags=(flag(kind),)).ok


def test_circumstances_that_are_over_or_not_yet_block_nothing():
    assert judge(CREDIT, flags=(flag("hardship", until=AS_OF), flag("gambling", since=date(2027, 4, 1)))).ok


def test_other_flags_do_not_block():
    assert judge(CREDIT, flags=(flag("complaint_open"), flag("power_of_attorney"))).ok


def test_critical_stress_blocks_credit_and_investment():
    assert codes(judge(CREDIT, band="critical")) == codes(judge(FUND, band="critical")) == ["stress_critical"]
    assert judge(FIXED, band="critical").ok


def test_credit_needs_a_score_and_no_missed_payments():
    assert codes(judge(CREDIT, band="too_short")) == ["stress_unknown"]
    assert codes(judge(CREDIT, failed_debits_90d=1)) == ["missed_payments"]


def test_without_a_risk_profile_or_horizon_there_is_information_only():
    unknown = judge(FUND, profile={"risk_tolerance": None}, horizon=None)
    assert codes(unknown) == ["no_risk_profile", "horizon_unknown"]
    assert unknown.information_only
    assert not unknown.ok
    assert not judge(FUND, profile={"risk_tolerance": None}, band="critical").information_only


@pytest.mark.parametrize("tolerance", list(HIGHEST_RISK_CLASS))
def test_risk_stays_within_tolerance(tolerance: str):
    highest = HIGHEST_RISK_CLASS[tolerance]  # type: ignore[index]
    assert judge(product("fund", risk_class=highest), profile={"risk_tolerance": tolerance}).ok
    if highest < 7:
        assert codes(judge(product("fund", risk_class=highest + 1), profile={"risk_tolerance": tolerance})) == ["risk_above_tolerance"]


def test_a_short_horizon_is_no_time_for_a_fund():
    assert codes(judge(FUND, horizon=59)) == ["horizon_too_short"]


def test_the_emergency_fund_comes_first_and_only_the_rest_may_be_lost():
    poor = judge(FUND, savings_minor=pounds(2000))
    assert codes(poor) == ["emergency_fund_too_small"]
    assert (poor.reasons[0].value, poor.reasons[0].limit) == (pounds(5000), pounds(6000))
    assert codes(judge(FUND, amount=5001)) == ["loss_capacity_too_small"]
    assert codes(judge(FIXED, amount=5001)) == ["locked_without_emergency_fund"]
    assert judge(FIXED, amount=5000).ok


@pytest.mark.parametrize(
    ("words", "against", "fine"),
    [
        ("No more debt!", CREDIT, FUND),
        ("I hate losing money", FUND, CREDIT),
        ("money locked away", FIXED, CREDIT),
        ("no crypto", product("fund", tags=("crypto",)), FUND),
    ],
)
def test_what_a_customer_does_not_want_is_not_suitable(words: str, against: object, fine: object):
    assert "against_anti_goal" in codes(judge(against, profile={"anti_goals": (words,)}))
    assert judge(fine, profile={"anti_goals": (words,)}).ok
