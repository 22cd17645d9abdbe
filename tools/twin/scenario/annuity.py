"""Equal monthly repayments, to the minor unit, as the simulation charges them: interest on what is owed, then the instalment."""

from math import ceil, log

from pydantic import Field

from tools.ledger.money import rounded_minor
from tools.value import Value


class LoanCost(Value):
    """What a loan costs from its first to its last repayment. Money in minor units.

    Attributes:
        instalment_minor: each month's repayment but the last, which takes up the rounding.
        total_minor: all repayments; `interest_minor` is that less what was drawn.
    """

    drawn_minor: int = Field(gt=0)
    rate_bps: int = Field(ge=0)
    term_months: int = Field(ge=1)
    instalment_minor: int
    total_minor: int
    interest_minor: int


def interest_of_month(owed_minor: int, rate_bps: float) -> int:
    """One month's interest on what is owed."""
    return rounded_minor(owed_minor * rate_bps / 120_000)


def instalment_minor(owed_minor: int, rate_bps: float, months: int) -> int:
    """The equal monthly payment that clears a debt in `months`: P i / (1 - (1 + i)^-n), i the nominal monthly rate."""
    monthly = rate_bps / 120_000
    return rounded_minor(owed_minor / months if monthly == 0 else owed_minor * monthly / (1 - (1 + monthly) ** -months))


def months_to_clear(owed_minor: int, rate_bps: float, instalment: int) -> int | None:
    """How many instalments are left; None where an instalment does not cover the interest, so that nothing is ever cleared."""
    monthly = rate_bps / 120_000
    if instalment <= owed_minor * monthly:
        return None
    exact = owed_minor / instalment if monthly == 0 else -log(1 - owed_minor * monthly / instalment) / log(1 + monthly)
    # A last payment of pence is the rounding of the others, not a month more.
    return max(ceil(exact - 0.01), 1)


def repayments(amount_minor: int, rate_bps: float, months: int) -> tuple[int, ...]:
    """All repayments of a loan, in order; together they are the amount and its interest, exactly."""
    regular = instalment_minor(amount_minor, rate_bps, months)
    owed, paid = amount_minor, list[int]()
    for month in range(months):
        due = owed + interest_of_month(owed, rate_bps)
        paid.append(due if month == months - 1 else min(regular, due))
        owed = due - paid[-1]
    return tuple(paid)


def loan_cost(amount_minor: int, rate_bps: int, months: int) -> LoanCost:
    """What a loan of these terms costs over its whole term."""
    paid = repayments(amount_minor, rate_bps, months)
    return LoanCost(
        drawn_minor=amount_minor,
        rate_bps=rate_bps,
        term_months=months,
        instalment_minor=paid[0],
        total_minor=sum(paid),
        interest_minor=sum(paid) - amount_minor,
    )
