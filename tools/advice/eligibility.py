"""May this customer have this product, as its published conditions say?"""

from collections.abc import Iterator
from datetime import date
from typing import Literal

from tools.advice.reason import Reason
from tools.ledger.features import Features
from tools.ledger.history import History
from tools.product import Product
from tools.value import Value

#: Who banks here without a known age is taken to be an adult; conditions that differ among adults stay unchecked.
_ADULT = 18

Unchecked = Literal["age", "residence"]


class EligibilityResult(Value):
    """Whether the published conditions hold. `unchecked` names those that the data could not decide: they are not reasons to refuse."""

    product_id: str
    as_of: date
    ok: bool
    reasons: tuple[Reason, ...] = ()
    unchecked: tuple[Unchecked, ...] = ()


def eligible(
    product: Product,
    history: History,
    features: Features,
    on: date,
    age: int | None = None,
    amount_minor: int | None = None,
    term_months: int | None = None,
) -> EligibilityResult:
    """Check the product's conditions on day `on`. Age serves as the legal condition of the catalogue only."""
    checks = (
        _sale(product, features, on),
        _age(product, age, term_months),
        _person(product, history, features),
        _sum(product, amount_minor, term_months),
    )
    reasons = tuple(reason for check in checks for reason in check)
    unchecked: list[Unchecked] = []
    rules = product.eligibility
    if age is None and ((rules.min_age or 0) > _ADULT or rules.max_age is not None):
        unchecked.append("age")
    if rules.residents_only:
        unchecked.append("residence")
    return EligibilityResult(product_id=product.id, as_of=features.as_of, ok=not reasons, reasons=reasons, unchecked=tuple(unchecked))


def _sale(product: Product, features: Features, on: date) -> Iterator[Reason]:
    if on < product.valid_from:
        yield Reason(code="not_on_sale", value=on.isoformat(), limit=product.valid_from.isoformat(), unit="date")
    if product.valid_to is not None and on > product.valid_to:
        yield Reason(code="not_on_sale", value=on.isoformat(), limit=product.valid_to.isoformat(), unit="date")
    if "customer" not in product.audience:
        yield Reason(code="not_for_this_audience")
    if product.currency != features.currency:
        yield Reason(code="other_currency", value=features.currency, limit=product.currency, unit="label")


def _age(product: Product, age: int | None, term_months: int | None) -> Iterator[Reason]:
    rules = product.eligibility
    if age is None:
        if rules.max_age is not None and rules.max_age < _ADULT:
            yield Reason(code="age_unknown", limit=rules.max_age, unit="years")
        return
    if rules.min_age is not None and age < rules.min_age:
        yield Reason(code="too_young", value=age, limit=rules.min_age, unit="years")
    # A credit's age limit holds when it ends, as its conditions say.
    at_end = age + (term_months or 0) // 12 if product.product_class == "credit" else age
    if rules.max_age is not None and at_end > rules.max_age:
        yield Reason(code="too_old", value=at_end, limit=rules.max_age, unit="years")


def _person(product: Product, history: History, features: Features) -> Iterator[Reason]:
    rules, customer = product.eligibility, history.customer
    if customer.kind not in rules.customer_kinds:
        yield Reason(code="customer_kind", value=customer.kind, unit="label")
    if customer.segment not in rules.segments:
        yield Reason(code="segment", value=customer.segment, unit="label")
    if rules.min_income_minor is not None and features.income_monthly_minor < rules.min_income_minor:
        yield Reason(code="income_too_low", value=features.income_monthly_minor, limit=rules.min_income_minor, unit="money")
    months = features.days_of_history * 12 // 365
    if months < rules.min_months_of_history:
        yield Reason(code="history_too_short", value=months, limit=rules.min_months_of_history, unit="months")
    held = {holding.kind for holding in history.holdings} | {holding.product_id for holding in history.holdings}
    held |= {account.product_id for account in history.accounts} | {account.kind for account in history.accounts}
    if rules.needs_holding is not None and rules.needs_holding not in held:
        yield Reason(code="needs_holding", limit=rules.needs_holding, unit="label")


def _sum(product: Product, amount_minor: int | None, term_months: int | None) -> Iterator[Reason]:
    rules = product.eligibility
    if amount_minor is not None:
        # A regular saver's limits are per month; the sum asked about is a year's.
        each = amount_minor // 12 if product.kind == "recurring_deposit" else amount_minor
        if rules.min_deposit_minor is not None and each < rules.min_deposit_minor:
            yield Reason(code="amount_too_small", value=each, limit=rules.min_deposit_minor, unit="money")
        if rules.max_deposit_minor is not None and each > rules.max_deposit_minor:
            yield Reason(code="amount_too_large", value=each, limit=rules.max_deposit_minor, unit="money")
        if product.product_class == "credit" and product.rates and amount_minor < min(rate.from_minor for rate in product.rates):
            yield Reason(code="no_rate_for_amount", value=amount_minor, limit=min(rate.from_minor for rate in product.rates), unit="money")
    if term_months is not None and product.product_class == "credit":
        if product.term_months_min is not None and term_months < product.term_months_min:
            yield Reason(code="term_too_short", value=term_months, limit=product.term_months_min, unit="months")
        if product.term_months_max is not None and term_months > product.term_months_max:
            yield Reason(code="term_too_long", value=term_months, limit=product.term_months_max, unit="months")
