"""What a product brings or takes in its first twelve months."""

from tools.advice.credit_cost import CreditCost, fees_for, rate_for
from tools.ledger.money import rounded_minor
from tools.product import Product
from tools.value import Value


class YearOne(Value):
    """First twelve months on `amount_minor`: interest earned (positive), fees and interest paid (positive), and what is left.

    No growth is assumed for investments: only their charges are counted.
    """

    amount_minor: int
    earned_minor: int
    fees_minor: int
    interest_paid_minor: int
    net_minor: int


def year_one(product: Product, amount_minor: int, cost: CreditCost | None = None) -> YearOne:
    """Arithmetic over twelve months at today's rate. A recurring deposit is paid in twelve equal sums, at the start of each month."""
    fees = fees_for(product, amount_minor, "once") + fees_for(product, amount_minor, "year") + 12 * fees_for(product, amount_minor, "month")
    earned = 0
    if product.product_class in {"deposit", "payment"}:
        # The mean sum deposited in twelve equal payments is 6.5 / 12 of the total.
        share = 6.5 / 12 if product.kind == "recurring_deposit" else 1.0
        earned = rounded_minor(max(amount_minor, 0) * (rate_for(product, amount_minor) or 0) / 10_000 * share)
    paid = _interest_in_year_one(cost) if cost else 0
    return YearOne(
        amount_minor=amount_minor, earned_minor=earned, fees_minor=fees, interest_paid_minor=paid, net_minor=earned - fees - paid
    )


def _interest_in_year_one(cost: CreditCost) -> int:
    owed, paid = float(cost.amount_minor), 0.0
    for _ in range(min(12, cost.term_months)):
        interest = owed * cost.rate_bps / 120_000
        paid += interest
        owed = max(owed + interest - cost.instalment_minor, 0.0)
    return rounded_minor(paid)
