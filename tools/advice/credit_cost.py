"""What borrowing costs: instalment, total payable and APR."""

from tools.errors import UsageError
from tools.ledger.money import rounded_minor
from tools.product import Fee, Product
from tools.value import Value

LONGEST_MONTHS = 600
_HIGHEST_APR = 100.0  # 10,000 %


class CreditCost(Value):
    """The seven figures of a credit offer and what follows from them. Money in minor units, rates in basis points.

    Attributes:
        rate_bps: nominal yearly rate, charged monthly.
        fees_minor: all fees over the term.
        instalment_minor: equal monthly instalment; the last one takes up the rounding.
        total_payable_minor: instalments and fees.
        interest_minor: total payable less amount less fees.
        apr_bps: effective yearly rate to one decimal of a percent, as it is published.
    """

    amount_minor: int
    term_months: int
    rate_bps: int
    fees_minor: int
    instalment_minor: int
    total_payable_minor: int
    interest_minor: int
    apr_bps: int


def credit_cost(
    amount_minor: int, term_months: int, rate_bps: int, fees_minor: int = 0, yearly_fee_minor: int = 0, monthly_fee_minor: int = 0
) -> CreditCost:
    """Cost of credit repaid in equal monthly instalments. `fees_minor` and the first yearly fee are paid at the start.

    Example (FCA CONC 3.5 figures): 5,000.00 over 36 months at 10.9 % with a fee of 150.00 makes 163.46 a month, 6,034.45 in
    total and an APR of 13.8 %.

    Raises:
        UsageError: an amount, term, rate or fee out of range.
    """
    if (
        amount_minor <= 0
        or not 1 <= term_months <= LONGEST_MONTHS
        or rate_bps < 0
        or min(fees_minor, yearly_fee_minor, monthly_fee_minor) < 0
    ):
        raise UsageError(
            f"This credit cannot be computed. Give an amount above zero, 1 to {LONGEST_MONTHS} months, and no negative rate or fee."
        )
    if fees_minor + yearly_fee_minor >= amount_minor:
        raise UsageError("The fees at the start are as large as the amount. Check both.")
    exact = annuity_instalment(amount_minor, rate_bps, term_months)
    repaid = rounded_minor(exact * term_months)
    years = -(-term_months // 12)
    fees = fees_minor + yearly_fee_minor * years + monthly_fee_minor * term_months
    payments = [
        exact + monthly_fee_minor + (yearly_fee_minor if month % 12 == 0 and month < term_months else 0)
        for month in range(1, term_months + 1)
    ]
    return CreditCost(
        amount_minor=amount_minor,
        term_months=term_months,
        rate_bps=rate_bps,
        fees_minor=fees,
        instalment_minor=rounded_minor(exact),
        total_payable_minor=repaid + fees,
        interest_minor=repaid - amount_minor,
        apr_bps=10 * round(_effective_rate(amount_minor - fees_minor - yearly_fee_minor, payments) * 1000),
    )


def annuity_instalment(amount_minor: float, rate_bps: int, term_months: int) -> float:
    """Equal monthly instalment, unrounded: P i / (1 - (1 + i)^-n) with i = rate / 12."""
    monthly = rate_bps / 120_000
    return amount_minor / term_months if monthly == 0 else amount_minor * monthly / (1 - (1 + monthly) ** -term_months)


def _effective_rate(received: float, payments: list[float]) -> float:
    """Yearly rate at which the payments are worth what was received (Directive 2008/48/EC annex I), by bisection."""
    low, high = 0.0, _HIGHEST_APR
    for _ in range(80):
        middle = (low + high) / 2
        worth = sum(payment * (1 + middle) ** (-month / 12) for month, payment in enumerate(payments, start=1))
        low, high = (middle, high) if worth > received else (low, middle)
    return low


def rate_for(product: Product, amount_minor: int) -> int | None:
    """Nominal yearly rate of a product for this amount: the highest tier it reaches, and there the first in force; None below all tiers."""
    reached = [rate for rate in product.rates if rate.from_minor <= amount_minor]
    return max(reached, key=lambda rate: rate.from_minor).rate_bps if reached else None


def fee_amount(fee: Fee, amount_minor: int) -> int:
    """One charge of a fee on this amount."""
    return fee.amount_minor + rounded_minor(amount_minor * fee.rate_bps / 10_000)


def fees_for(product: Product, amount_minor: int, period: str) -> int:
    """Sum of the product's fees of one period on this amount; fees per use are not foreseeable and not in it."""
    return sum(fee_amount(fee, amount_minor) for fee in product.fees if fee.period == period)


def product_cost(product: Product, amount_minor: int, term_months: int) -> CreditCost | None:
    """Cost of a credit product for this amount and term; None where it has no rate for the amount."""
    rate = rate_for(product, amount_minor)
    if rate is None:
        return None
    once, year, month = (fees_for(product, amount_minor, period) for period in ("once", "year", "month"))
    return credit_cost(amount_minor, term_months, rate, once, year, month)
