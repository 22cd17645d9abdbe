"""Does this product suit this customer? (FCA COBS 9A/10A; MiFID II 25; Consumer Duty.)"""

from collections.abc import Iterator, Sequence
from datetime import date

from tools.advice.anti_goal import goes_against
from tools.advice.reason import Code, Reason
from tools.ledger.customer import Profile, RiskTolerance
from tools.ledger.features import Features
from tools.ledger.note import Flag
from tools.product import Product
from tools.stress.score import CRITICAL_FROM, StressStatus
from tools.value import Value

EMERGENCY_MONTHS = 3
HIGHEST_RISK_CLASS: dict[RiskTolerance, int] = {"very_cautious": 2, "cautious": 3, "balanced": 4, "adventurous": 6, "very_adventurous": 7}
_BLOCKING: dict[str, Code] = {
    "hardship": "flag_hardship",
    "bereavement": "flag_bereavement",
    "scam_victim": "flag_scam_victim",
    "coercion": "flag_coercion",
    "gambling": "flag_gambling",
}
_INFORMATION: set[Code] = {"no_risk_profile", "horizon_unknown"}


class Suitability(Value):
    """Whether a product suits. `information_only` means that all that is missing is something the customer has not told."""

    product_id: str
    as_of: date
    ok: bool
    information_only: bool
    reasons: tuple[Reason, ...]


def suitable(
    product: Product,
    profile: Profile,
    features: Features,
    stress: StressStatus,
    flags: Sequence[Flag],
    horizon_months: int | None = None,
    amount_minor: int | None = None,
) -> Suitability:
    """Hold a product against the customer's situation, tolerance, horizon, reserves and wishes, as of the features' date."""
    reasons = [*_situation(product, features, stress, flags)]
    if product.product_class == "investment":
        reasons += [*_risk(product, profile, horizon_months), *_reserves(features, amount_minor)]
    if product.product_class == "deposit" and product.access_days is None:
        reasons += _lock(features, amount_minor)
    if goes_against(product, profile.anti_goals):
        reasons.append(Reason(code="against_anti_goal"))
    information = bool(reasons) and all(reason.code in _INFORMATION for reason in reasons)
    return Suitability(product_id=product.id, as_of=features.as_of, ok=not reasons, information_only=information, reasons=tuple(reasons))


def blocking_flags(flags: Sequence[Flag], on: date) -> tuple[Code, ...]:
    """Circumstances in force on this day in which nobody is offered credit or investments."""
    return tuple(
        _BLOCKING[flag.kind] for flag in flags if flag.kind in _BLOCKING and flag.since <= on and (flag.until is None or flag.until > on)
    )


def emergency_fund_minor(features: Features) -> int:
    """Three months of spending, in minor units."""
    return EMERGENCY_MONTHS * max(features.spending_monthly_minor, 0)


def reserves_minor(features: Features) -> int:
    """What can be had at once: savings and what is above zero on the current accounts."""
    return max(features.savings_minor, 0) + max(features.balance_minor, 0)


def _situation(product: Product, features: Features, stress: StressStatus, flags: Sequence[Flag]) -> Iterator[Reason]:
    if product.product_class not in {"credit", "investment"}:
        return
    if stress.band == "critical":
        yield Reason(code="stress_critical", value=stress.score, limit=CRITICAL_FROM, unit="score")
    if stress.band == "too_short" and product.product_class == "credit":
        yield Reason(code="stress_unknown", value=stress.days_of_history, unit="days")
    if product.product_class == "credit" and features.failed_debits_90d > 0:
        yield Reason(code="missed_payments", value=features.failed_debits_90d, limit=0, unit="count")
    for code in blocking_flags(flags, features.as_of):
        yield Reason(code=code)


def _risk(product: Product, profile: Profile, horizon_months: int | None) -> Iterator[Reason]:
    if profile.risk_tolerance is None:
        yield Reason(code="no_risk_profile")
    elif product.risk_class > HIGHEST_RISK_CLASS[profile.risk_tolerance]:
        yield Reason(code="risk_above_tolerance", value=product.risk_class, limit=HIGHEST_RISK_CLASS[profile.risk_tolerance], unit="count")
    if product.min_horizon_months and horizon_months is None:
        yield Reason(code="horizon_unknown", limit=product.min_horizon_months, unit="months")
    elif horizon_months is not None and horizon_months < product.min_horizon_months:
        yield Reason(code="horizon_too_short", value=horizon_months, limit=product.min_horizon_months, unit="months")


def _reserves(features: Features, amount_minor: int | None) -> Iterator[Reason]:
    """The emergency fund first; what is invested must be money that may be lost without touching it."""
    needed, there = emergency_fund_minor(features), reserves_minor(features)
    if there < needed:
        yield Reason(code="emergency_fund_too_small", value=there, limit=needed, unit="money")
    elif amount_minor is not None and amount_minor > there - needed:
        yield Reason(code="loss_capacity_too_small", value=amount_minor, limit=there - needed, unit="money")


def _lock(features: Features, amount_minor: int | None) -> Iterator[Reason]:
    needed, left = emergency_fund_minor(features), reserves_minor(features) - (amount_minor or 0)
    if left < needed:
        yield Reason(code="locked_without_emergency_fund", value=left, limit=needed, unit="money")
