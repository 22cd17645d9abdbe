"""Products side by side, on the same amount and term."""

from collections.abc import Sequence
from datetime import date

from tools.advice.credit_cost import CreditCost, product_cost, rate_for
from tools.advice.earnings import YearOne, year_one
from tools.errors import UsageError
from tools.product import Fee, Product, ProductClass, ProductKind, RepresentativeExample
from tools.value import Value


class ComparisonRow(Value):
    """One product. Computed figures are None where amount (or term) was not given or does not fit.

    Attributes:
        rate_bps: rate for the amount, or the first published one without an amount.
        year: first twelve months on the amount (for deposits, payments and investments).
        cost: cost of the credit for amount and term.
        term_fits: whether the term asked for is one that the product has; None when none was asked for.
    """

    product_id: str
    product_name: str
    version: str
    kind: ProductKind
    product_class: ProductClass
    currency: str
    rate_bps: int | None
    fees: tuple[Fee, ...]
    example: RepresentativeExample | None
    access_days: int | None
    term_months_min: int | None
    term_months_max: int | None
    term_fits: bool | None
    min_deposit_minor: int | None
    max_deposit_minor: int | None
    risk_class: int
    min_horizon_months: int
    on_sale: bool
    year: YearOne | None
    cost: CreditCost | None
    disclosures: tuple[str, ...]


class Comparison(Value):
    """Rows in the order asked for. `cheapest` and `best_earning` name the product id where that can be said, in one currency only."""

    as_of: date
    amount_minor: int | None
    term_months: int | None
    rows: tuple[ComparisonRow, ...]
    cheapest: str | None
    best_earning: str | None


def compare_products(products: Sequence[Product], on: date, amount_minor: int | None = None, term_months: int | None = None) -> Comparison:
    """Costs and earnings of products on the same amount and term, as published on day `on`. Nothing about a customer is in it.

    Raises:
        UsageError: no product, or an amount or term that is not above zero.
    """
    if not products or (amount_minor is not None and amount_minor <= 0) or (term_months is not None and term_months <= 0):
        raise UsageError("There is nothing to compare. Name at least one product, and an amount and term above zero.")
    rows = tuple(_row(product, on, amount_minor, term_months) for product in products)
    comparable = rows if len({row.currency for row in rows}) == 1 else ()
    costs = [(row.cost.total_payable_minor, row.product_id) for row in comparable if row.cost]
    earnings = [(-row.year.net_minor, row.product_id) for row in comparable if row.year and row.product_class == "deposit"]
    return Comparison(
        as_of=on,
        amount_minor=amount_minor,
        term_months=term_months,
        rows=rows,
        cheapest=min(costs)[1] if len(costs) > 1 else None,
        best_earning=min(earnings)[1] if len(earnings) > 1 else None,
    )


def _row(product: Product, on: date, amount_minor: int | None, term_months: int | None) -> ComparisonRow:
    fits = _fits(product, term_months)
    is_credit = product.product_class == "credit"
    can_cost = is_credit and amount_minor is not None and term_months is not None and fits
    first = product.rates[0].rate_bps if product.rates else None
    return ComparisonRow(
        product_id=product.id,
        product_name=product.name,
        version=product.version,
        kind=product.kind,
        product_class=product.product_class,
        currency=product.currency,
        rate_bps=first if amount_minor is None else rate_for(product, amount_minor),
        fees=product.fees,
        example=product.example,
        access_days=product.access_days,
        term_months_min=product.term_months_min,
        term_months_max=product.term_months_max,
        term_fits=fits,
        min_deposit_minor=product.eligibility.min_deposit_minor,
        max_deposit_minor=product.eligibility.max_deposit_minor,
        risk_class=product.risk_class,
        min_horizon_months=product.min_horizon_months,
        on_sale=product.valid_from <= on and (product.valid_to is None or on <= product.valid_to),
        year=year_one(product, amount_minor) if amount_minor is not None and not is_credit else None,
        cost=product_cost(product, amount_minor, term_months) if can_cost and amount_minor and term_months else None,
        disclosures=product.disclosures,
    )


def _fits(product: Product, term_months: int | None) -> bool | None:
    if term_months is None:
        return None
    return (product.term_months_min or 0) <= term_months <= (product.term_months_max or term_months)
