"""Which product to recommend: eligible, affordable, suitable, then ranked by what it brings this customer in a year."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from tools.advice.affordability import Affordability, affordability
from tools.advice.anti_goal import has_regular_fee
from tools.advice.credit_cost import CreditCost, product_cost, rate_for
from tools.advice.earnings import YearOne, year_one
from tools.advice.eligibility import Unchecked, eligible
from tools.advice.need import Need, NeedName, likely_need, need_named
from tools.advice.reason import Reason
from tools.advice.suitability import HIGHEST_RISK_CLASS, blocking_flags, emergency_fund_minor, reserves_minor, suitable
from tools.errors import UsageError
from tools.ledger.features import Features
from tools.ledger.history import History
from tools.ledger.money import rounded_minor
from tools.product import Product, ProductClass, ProductKind
from tools.stress.score import StressStatus
from tools.twin.twin import Twin
from tools.value import Value

MOST_OPTIONS = 3
MOST_REJECTED = 3
_ADULT = 18
#: A product that fails one of these is no near miss, so its absence needs no explanation.
_BESIDE_THE_POINT = {"not_on_sale", "not_for_this_audience", "other_currency", "customer_kind", "segment", "age_unknown"}

Outcome = Literal["ok", "none_suitable", "information_only", "consent_no"]
Stage = Literal["eligible", "affordable", "suitable"]
Missing = Literal["amount", "risk_profile", "horizon", "more_history", "full_consent"]
Limit = Literal[
    "rates_as_today", "no_growth_counted_for_investments", "fees_per_use_not_counted", "only_products_of_this_bank", "tax_not_counted"
]
LIMITS: tuple[Limit, ...] = (
    "rates_as_today",
    "no_growth_counted_for_investments",
    "fees_per_use_not_counted",
    "only_products_of_this_bank",
    "tax_not_counted",
)


class Option(Value):
    """A product that fits, with its figures and the reasons for it.

    Attributes:
        benefit_12m_minor: net benefit of the first twelve months: interest earned beyond what the money earns now, less fees and
            interest paid. Negative is a cost.
        amount_minor: the sum the figures are for; None where the product is not about a sum.
        purpose: a tag (`car`) where the product may be used for that only.
    """

    product_id: str
    product_name: str
    version: str
    kind: ProductKind
    product_class: ProductClass
    amount_minor: int | None
    rate_bps: int | None
    access_days: int | None
    purpose: str | None
    benefit_12m_minor: int
    year: YearOne
    cost: CreditCost | None
    affordability: Affordability | None
    reasons: tuple[Reason, ...]
    unchecked: tuple[Unchecked, ...]
    disclosures: tuple[str, ...]


class Rejected(Value):
    """A near miss and why: the first stage it failed, with every reason of that stage."""

    product_id: str
    product_name: str
    kind: ProductKind
    stage: Stage
    reasons: tuple[Reason, ...]
    information_only: bool


class Recommendation(Value):
    """What is recommended and why, or why nothing is.

    Attributes:
        outcome: `ok`; `none_suitable`; `information_only` (something is not known, see `missing`: products may be described, not
            recommended); `consent_no` (nothing personal was looked at).
        need_inferred: nothing was asked for, so the need was read off the account.
        considered: products that answer the need.
        support_first: the customer is strained or in a difficult situation: offer help before any product.
    """

    customer_id: str
    as_of: date
    on: date
    currency: str
    outcome: Outcome
    need: NeedName | None
    need_inferred: bool
    amount_minor: int | None
    options: tuple[Option, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    already_held: tuple[str, ...] = ()
    considered: int = 0
    missing: tuple[Missing, ...] = ()
    support_first: bool = False
    limits: tuple[Limit, ...] = LIMITS


@dataclass(frozen=True)
class _Case:
    """Everything one product is judged against."""

    history: History
    features: Features
    twin: Twin | None
    stress: StressStatus
    need: Need
    amount_minor: int | None
    term_months: int | None
    horizon_months: int | None
    age: int | None
    on: date
    earning_now_bps: int


def recommend(
    history: History,
    features: Features,
    twin: Twin | None,
    stress: StressStatus,
    products: Sequence[Product],
    need: str | None,
    amount_minor: int | None,
    on: date,
    *,
    age: int | None = None,
    term_months: int | None = None,
    horizon_months: int | None = None,
) -> Recommendation:
    """Recommend at most three products for a need. `twin` is None where the history is too short for one: then no credit.

    Raises:
        UsageError: an unknown need, or an amount that is not above zero.
    """
    if amount_minor is not None and amount_minor <= 0:
        raise UsageError("The amount must be above zero. Give the sum it is about.")
    consent = history.profile.consent_personalization
    if consent != "yes":
        return _without_consent(history, features, need, amount_minor, on, limited=consent == "limited")
    name, wanted = need_named(need or likely_need(features))
    held = {account.product_id for account in history.accounts} | {
        holding.product_id for holding in history.holdings if holding.closed_on is None
    }
    answering = [product for product in products if wanted.answered_by(product)]
    case = _Case(
        history, features, twin, stress, wanted, amount_minor, term_months, horizon_months, age, on, _earning_now(history, products)
    )  # fmt: skip
    judged = [_judge(product, case) for product in answering if product.id not in held]
    options = sorted(
        (one for one in judged if isinstance(one, Option)),
        key=lambda one: (one.purpose is not None, -one.benefit_12m_minor, one.product_id),
    )
    rejected = [one for one in judged if isinstance(one, Rejected)]
    missing = _missing(case, answering, rejected)
    return Recommendation(
        customer_id=history.customer.id,
        as_of=history.as_of,
        on=on,
        currency=features.currency,
        outcome="ok" if options else ("information_only" if missing else "none_suitable"),
        need=name,
        need_inferred=need is None,
        amount_minor=amount_minor,
        options=tuple(options[:MOST_OPTIONS]),
        rejected=_near_misses(rejected),
        already_held=tuple(product.id for product in answering if product.id in held),
        considered=len(answering),
        missing=missing,
        support_first=stress.band == "critical" or bool(blocking_flags(history.flags, history.as_of)),
    )


def _without_consent(
    history: History, features: Features, need: str | None, amount_minor: int | None, on: date, *, limited: bool
) -> Recommendation:
    return Recommendation(
        customer_id=history.customer.id,
        as_of=history.as_of,
        on=on,
        currency=features.currency,
        outcome="information_only" if limited else "consent_no",
        need=need_named(need)[0] if need else None,
        need_inferred=False,
        amount_minor=amount_minor,
        missing=("full_consent",),
    )


def _judge(product: Product, case: _Case) -> Option | Rejected:
    """One product through the three stages; the first that fails decides."""
    amount = _amount_for(product, case)
    is_credit = product.product_class == "credit"
    term = _term_for(product, case) if is_credit else None
    entitled = eligible(product, case.history, case.features, case.on, case.age, amount, term)
    if not entitled.ok:
        return _rejected(product, "eligible", entitled.reasons)
    cost = product_cost(product, amount, term) if is_credit and amount and term else None
    burden: Affordability | None = None
    if is_credit and case.twin is not None and amount and term and cost:
        burden = affordability(case.twin, case.features, product=product, amount_minor=amount, term_months=term)
        if not burden.affordable:
            return _rejected(product, "affordable", burden.reasons)
    fit = suitable(product, case.history.profile, case.features, case.stress, case.history.flags, case.horizon_months, amount)
    if not fit.ok:
        return _rejected(product, "suitable", fit.reasons, information_only=fit.information_only)
    if is_credit and burden is None:
        return _rejected(product, "affordable", (), information_only=True)
    year = year_one(product, amount or 0, cost)
    replaced = rounded_minor((amount or 0) * case.earning_now_bps / 10_000) if product.kind in {"savings", "fixed_deposit"} else 0
    return Option(
        product_id=product.id,
        product_name=product.name,
        version=product.version,
        kind=product.kind,
        product_class=product.product_class,
        amount_minor=amount,
        rate_bps=rate_for(product, amount or 0),
        access_days=product.access_days,
        purpose=case.need.purpose_of(product),
        benefit_12m_minor=year.net_minor - replaced,
        year=year,
        cost=cost,
        affordability=burden,
        reasons=_in_favour(product, case, year, replaced, burden),
        unchecked=entitled.unchecked,
        disclosures=product.disclosures,
    )


def _rejected(product: Product, stage: Stage, reasons: tuple[Reason, ...], *, information_only: bool = False) -> Rejected:
    return Rejected(
        product_id=product.id, product_name=product.name, kind=product.kind, stage=stage, reasons=reasons, information_only=information_only
    )


def _amount_for(product: Product, case: _Case) -> int | None:
    """The sum to judge a product on: what was asked for, else what the customer could move. Credit and insurance are never guessed."""
    features = case.features
    if product.product_class == "deposit":
        spare = max(features.savings_minor, 0) + max(features.balance_minor - max(features.spending_monthly_minor, 0), 0)
        if product.kind == "recurring_deposit":
            spare = 12 * max(features.income_monthly_minor - features.spending_monthly_minor, 0)
        elif product.access_days is None:
            spare = min(spare, max(reserves_minor(features) - emergency_fund_minor(features), 0))
        amount = case.amount_minor or spare
        highest = product.eligibility.max_deposit_minor
        return min(amount, 12 * highest) if product.kind == "recurring_deposit" and highest else amount
    if product.product_class == "investment":
        return case.amount_minor or max(reserves_minor(features) - emergency_fund_minor(features), 0)
    return case.amount_minor if product.product_class == "credit" else None


def _term_for(product: Product, case: _Case) -> int | None:
    if case.term_months is not None:
        return case.term_months
    usual = case.need.term_months or 12
    if product.term_months_max is None:
        usual = min(usual, 12)  # revolving credit: judged as if repaid within a year
    return max(min(usual, product.term_months_max or usual), product.term_months_min or 1)


def _earning_now(history: History, products: Sequence[Product]) -> int:
    """Rate that the customer's savings earn today, where they are in a product of this catalogue; else 0."""
    catalogue = {product.id: product for product in products}
    rates = [
        rate_for(catalogue[account.product_id], 10**15) or 0
        for account in history.accounts
        if account.kind == "savings" and account.product_id in catalogue
    ]
    return max(rates, default=0)


def _in_favour(product: Product, case: _Case, year: YearOne, replaced: int, burden: Affordability | None) -> tuple[Reason, ...]:
    found: list[Reason] = []
    if year.earned_minor > replaced > 0:
        found.append(Reason(code="earns_more", value=year.earned_minor, limit=replaced, unit="money"))
    elif year.earned_minor > 0 and not replaced:
        found.append(Reason(code="earns_interest", value=year.earned_minor, unit="money"))
    if product.product_class == "deposit" and product.access_days is not None and product.access_days <= 1:
        found.append(Reason(code="access_when_needed", value=product.access_days, unit="days"))
    if burden is not None:
        found.append(
            Reason(code="affordable_in_stress", value=burden.stressed.share_of_income_percent, limit=burden.limit_percent, unit="percent")
        )
    tolerance = case.history.profile.risk_tolerance
    if product.product_class == "investment" and tolerance is not None:
        found.append(Reason(code="within_risk_tolerance", value=product.risk_class, limit=HIGHEST_RISK_CLASS[tolerance], unit="count"))
    if not has_regular_fee(product):
        found.append(Reason(code="no_regular_fee"))
    return tuple(found) or (Reason(code="matches_need"),)


def _missing(case: _Case, answering: Sequence[Product], rejected: Sequence[Rejected]) -> tuple[Missing, ...]:
    """What the customer could tell so that more could be said; only of products that fail for nothing else."""
    waiting = [one for one in rejected if one.information_only]
    codes = {reason.code for one in waiting for reason in one.reasons}
    found: list[Missing] = []
    if case.amount_minor is None and any(one.stage == "affordable" for one in waiting):
        found.append("amount")
    if "no_risk_profile" in codes:
        found.append("risk_profile")
    if "horizon_unknown" in codes:
        found.append("horizon")
    if case.twin is None and any(product.product_class == "credit" for product in answering):
        found.append("more_history")
    return tuple(found)


def _near_misses(rejected: Sequence[Rejected]) -> tuple[Rejected, ...]:
    """Those that came furthest first."""
    order: dict[Stage, int] = {"suitable": 0, "affordable": 1, "eligible": 2}
    telling = [one for one in rejected if not any(_beside_the_point(reason) for reason in one.reasons)]
    return tuple(sorted(telling, key=lambda one: (order[one.stage], len(one.reasons), one.product_id))[:MOST_REJECTED])


def _beside_the_point(reason: Reason) -> bool:
    """A product for children is none that an adult nearly got."""
    for_children = reason.code == "too_old" and isinstance(reason.limit, int) and reason.limit < _ADULT
    return reason.code in _BESIDE_THE_POINT or for_children
