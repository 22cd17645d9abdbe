"""Loans in equal instalments. Formula: the annuity, instalment = principal * i / (1 - (1 + i)^-n), i the nominal monthly rate."""

from datetime import date
from decimal import Decimal

from tools.ledger.account import HoldingKind
from tools.ledger.money import rounded_minor
from tools.population.plan import PlannedLoan
from tools.population.window import months_before

#: What a loan of each kind is called on a statement.
NAMES: dict[HoldingKind, str] = {
    "loan": "Personal loan",
    "car_loan": "Car loan",
    "mortgage": "Mortgage",
    "working_capital": "Working capital loan",
}
#: And a mortgage whose rate follows the market.
TRACKER = "Tracker mortgage"


def instalment(owed_minor: int, rate_bps: int, months: int) -> int:
    """The equal monthly payment that clears `owed_minor` in `months`, in minor units."""
    monthly = rate_bps / 120_000
    if monthly == 0:
        return -(-owed_minor // months)
    return rounded_minor(owed_minor * monthly / (1 - (1 + monthly) ** -months))


def interest_of_month(owed_minor: int, rate_bps: int) -> int:
    """One month's interest on what is owed, in minor units."""
    return rounded_minor(Decimal(owed_minor * rate_bps) / 120_000)


def loan_from(holding: HoldingKind, paid_out: date, amount_minor: int, rate_bps: int, term_months: int, due_day: int) -> PlannedLoan:
    """A loan paid out on `paid_out`, owed in full then."""
    return PlannedLoan(
        holding=holding,
        name=NAMES[holding],
        principal_minor=amount_minor,
        outstanding_minor=amount_minor,
        rate_bps=rate_bps,
        instalment_minor=instalment(amount_minor, rate_bps, term_months),
        due_day=due_day,
        starts_on=paid_out,
        matures_on=months_before(paid_out, -term_months),
    )


def running_loan(
    holding: HoldingKind, today: date, owed_minor: int, rate_bps: int, months_paid: int, months_left: int, due_day: int
) -> PlannedLoan:
    """A loan that began `months_paid` ago and of which `owed_minor` is left to pay in `months_left`."""
    monthly = rate_bps / 120_000
    payment = instalment(owed_minor, rate_bps, months_left)
    grown = (1 + monthly) ** -months_paid
    principal = owed_minor * grown + (payment * (1 - grown) / monthly if monthly else payment * months_paid)
    return PlannedLoan(
        holding=holding,
        name=NAMES[holding],
        principal_minor=max(owed_minor, round(principal / 1000) * 1000),
        outstanding_minor=owed_minor,
        rate_bps=rate_bps,
        instalment_minor=payment,
        due_day=due_day,
        starts_on=months_before(today, months_paid),
        matures_on=months_before(today, -months_left),
    )
