"""The arithmetic of a representative example: the figures of a credit offer must follow from one another."""

from tools.product import RepresentativeExample

#: An APR is published to one decimal of a percent, so it may differ by half of that, and a basis point for rounded instalments.
APR_TOLERANCE_BPS = 6
#: Highest yearly rate that is looked for, as a multiple (50 = 5,000 %).
HIGHEST_RATE = 50.0


def contradictions(example: RepresentativeExample) -> tuple[str, ...]:
    """What does not fit in an example of equal monthly instalments whose fees are paid at the start; empty when it holds.

    Each entry opens with the field to correct: `total_payable_minor`, `instalment_minor` or `apr_bps`.
    """
    if example.amount_minor <= example.fees_minor or example.term_months < 1 or example.instalment_minor < 1:
        return ("amount_minor, term_months and instalment_minor must be positive, and the fees below the amount",)
    total = example.instalment_minor * example.term_months + example.fees_minor
    instalment = instalment_of(example.amount_minor, example.rate_bps, example.term_months)
    apr = apr_of(example.amount_minor - example.fees_minor, example.instalment_minor, example.term_months)
    found: list[str] = []
    # The last instalment takes up the rounding of the others: at most one minor unit each.
    if abs(example.total_payable_minor - total) > example.term_months:
        found.append(f"total_payable_minor is {example.total_payable_minor}, but instalments and fees make {total}")
    if abs(example.instalment_minor - instalment) > 1:
        found.append(f"instalment_minor is {example.instalment_minor}, but amount, rate and term make {instalment:.0f}")
    if abs(example.apr_bps - apr) > APR_TOLERANCE_BPS:
        found.append(f"apr_bps is {example.apr_bps}, but the payments make {apr:.0f}")
    return tuple(found)


def instalment_of(amount_minor: int, rate_bps: int, months: int) -> float:
    """Equal monthly instalment in minor units at a nominal yearly rate: the annuity formula P·i / (1 − (1 + i)^−n), i = rate / 12."""
    monthly = rate_bps / 120_000
    return amount_minor / months if monthly == 0 else amount_minor * monthly / (1 - (1 + monthly) ** -months)


def apr_of(received_minor: int, instalment_minor: int, months: int) -> float:
    """Effective yearly rate in basis points at which the instalments are worth what was received (Directive 2008/48/EC annex I; MCOB 10A).

    Found by bisection, because the present value falls as the rate rises.
    """
    low, high = 0.0, HIGHEST_RATE
    for _ in range(60):
        middle = (low + high) / 2
        worth = sum(instalment_minor * (1 + middle) ** (-month / 12) for month in range(1, months + 1))
        low, high = (middle, high) if worth > received_minor else (low, middle)
    return 10_000 * low
