"""Can this customer afford this credit, today and when things get worse? (FCA CONC 5.2A; EBA/GL/2020/06.)"""

from datetime import date
from typing import Literal

from tools.advice.credit_cost import CreditCost, annuity_instalment, product_cost
from tools.advice.reason import Reason
from tools.errors import UsageError
from tools.ledger.category import CATEGORIES
from tools.ledger.features import Features
from tools.ledger.flows import monthly_minor
from tools.ledger.money import rounded_minor
from tools.product import Product
from tools.twin.twin import Twin
from tools.value import Value

#: All instalments together, existing and new, may take this share of monthly income.
LIMIT_PERCENT = 40.0
STRESS_RATE_BPS = 300
STRESS_INCOME_SHARE = 0.80
_WISHES = {"dining", "entertainment", "shopping", "travel", "gambling", "crypto", "charity"}

Assumption = Literal[
    "income_as_before", "commitments_as_before", "rate_rises_3_points", "income_falls_20_percent", "rate_not_known", "wishes_can_be_cut"
]


class Budget(Value):
    """One month. Outgoings are positive.

    Attributes:
        repayments_minor: instalments of existing credit.
        commitments_minor: other commitments (rent, bills, insurance, subscriptions).
        living_minor: other spending that is hard to cut; `wishes_minor` the spending that can be.
        instalment_minor: the new instalment.
        disposable_minor: income less repayments, commitments and living: what a new instalment can be paid from.
        leftover_minor: disposable less the new instalment; `left_after_wishes_minor` less wishes too.
        share_of_income_percent: all instalments, existing and new, of income; None without income.
        share_of_disposable_percent: the new instalment of disposable; None where nothing is disposable.
    """

    income_minor: int
    repayments_minor: int
    commitments_minor: int
    living_minor: int
    wishes_minor: int
    instalment_minor: int
    disposable_minor: int
    leftover_minor: int
    left_after_wishes_minor: int
    share_of_income_percent: float | None
    share_of_disposable_percent: float | None


class Affordability(Value):
    """The answer with its inputs: two budgets, the limit they were held against, and every reason against.

    Attributes:
        affordable: both budgets keep within the limit and leave something over.
        cost: the cost of the credit, where a product was named.
    """

    customer_id: str
    as_of: date
    currency: str
    product_id: str | None
    instalment_minor: int
    cost: CreditCost | None
    base: Budget
    stressed: Budget
    limit_percent: float = LIMIT_PERCENT
    affordable: bool
    reasons: tuple[Reason, ...]
    assumptions: tuple[Assumption, ...]


def affordability(
    twin: Twin,
    features: Features,
    *,
    instalment_minor: int | None = None,
    product: Product | None = None,
    amount_minor: int | None = None,
    term_months: int | None = None,
) -> Affordability:
    """Hold a new monthly instalment, or the one of a credit product for an amount and a term, against the customer's budget.

    Raises:
        UsageError: neither an instalment nor product, amount and term; or a product without a rate for the amount.
    """
    cost: CreditCost | None = None
    stressed_instalment = instalment_minor
    if product is not None and amount_minor is not None and term_months is not None:
        cost = product_cost(product, amount_minor, term_months)
        if cost is None:
            raise UsageError(
                f"{product.name} has no rate for this amount. Choose a larger amount or another product.", code="no_rate_for_amount"
            )
        instalment_minor = cost.instalment_minor
        stressed_instalment = rounded_minor(annuity_instalment(amount_minor, cost.rate_bps + STRESS_RATE_BPS, term_months))
    if instalment_minor is None or stressed_instalment is None or instalment_minor <= 0:
        raise UsageError(
            "There is no instalment to hold against the budget. Give one above zero, or a credit product with amount and term."
        )
    base = _budget(twin, features, twin.income_level_minor, instalment_minor, 0)
    # Existing credit is stressed too: we do not know which of it is fixed.
    dearer = rounded_minor(twin.outstanding_minor * STRESS_RATE_BPS / 120_000)
    stressed = _budget(twin, features, rounded_minor(twin.income_level_minor * STRESS_INCOME_SHARE), stressed_instalment, dearer)
    reasons = (*_against(base, stress=False), *_against(stressed, stress=True))
    known: tuple[Assumption, ...] = (
        "income_as_before",
        "commitments_as_before",
        "wishes_can_be_cut",
        "rate_rises_3_points",
        "income_falls_20_percent",
    )
    return Affordability(
        customer_id=twin.customer_id,
        as_of=features.as_of,
        currency=features.currency,
        product_id=product.id if product else None,
        instalment_minor=instalment_minor,
        cost=cost,
        base=base,
        stressed=stressed,
        affordable=not reasons,
        reasons=reasons,
        assumptions=known if cost else (*known, "rate_not_known"),
    )


def _budget(twin: Twin, features: Features, income: int, instalment: int, dearer: int) -> Budget:
    flows = (*features.commitments, *features.subscriptions)
    credit = sum(monthly_minor(flow) for flow in flows if _is_credit(flow.category))
    repayments = max(credit, twin.instalments_minor) + dearer
    commitments = sum(monthly_minor(flow) for flow in flows if not _is_credit(flow.category))
    wishes = sum(level.monthly_minor for level in twin.discretionary if level.category in _WISHES)
    living = sum(level.monthly_minor for level in twin.discretionary if level.category not in _WISHES)
    disposable = income - repayments - commitments - living
    return Budget(
        income_minor=income,
        repayments_minor=repayments,
        commitments_minor=commitments,
        living_minor=living,
        wishes_minor=wishes,
        instalment_minor=instalment,
        disposable_minor=disposable,
        leftover_minor=disposable - instalment,
        left_after_wishes_minor=disposable - instalment - wishes,
        share_of_income_percent=_percent(repayments + instalment, income),
        share_of_disposable_percent=_percent(instalment, disposable),
    )


def _is_credit(category: str) -> bool:
    return category == "mortgage" or (category in CATEGORIES and CATEGORIES[category].group == "credit")


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 2) if whole > 0 else None


def _against(budget: Budget, *, stress: bool) -> list[Reason]:
    found: list[Reason] = []
    share = budget.share_of_income_percent
    if share is None or share > LIMIT_PERCENT:
        code = "instalments_above_limit_in_stress" if stress else "instalments_above_limit"
        found.append(Reason(code=code, value=share, limit=LIMIT_PERCENT, unit="percent"))
    if budget.leftover_minor <= 0:
        code = "nothing_left_over_in_stress" if stress else "nothing_left_over"
        found.append(Reason(code=code, value=budget.leftover_minor, limit=0, unit="money"))
    return found
