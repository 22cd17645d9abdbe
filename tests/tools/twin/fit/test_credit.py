"""Rates come from contracts, and so does whether they move with the market."""

from datetime import date

import pytest

from tests.tools.builders import AS_OF, history, loan, pounds
from tools.twin.fit.credit import fit_credits, overdraft_rate, savings_rate

LATER, EARLIER = date(2028, 6, 30), date(2026, 6, 30)


@pytest.mark.parametrize(
    ("kind", "fixed_until", "follows"),
    [
        ("mortgage", None, True),
        ("mortgage", LATER, False),
        ("mortgage", EARLIER, True),
        ("working_capital", None, True),
        ("loan", None, False),
        ("car_loan", None, False),
        ("loan", EARLIER, True),
        ("mortgage", AS_OF, True),
    ],
)
def test_who_pays_the_market_rate(kind: str, fixed_until: date | None, follows: bool):
    (credit,) = fit_credits(history([], contracts=(loan(kind=kind, fixed_until=fixed_until),)), "GBP")
    assert credit.follows_rates is follows
    assert credit.fixed_until == (fixed_until if fixed_until == LATER else None)


def test_a_fixed_deposit_is_no_credit_and_tells_the_rate_on_savings():
    deposit = loan(kind="fixed_deposit", rate_bps=300, outstanding_minor=pounds(1000), instalment_minor=0)
    account = loan(kind="savings", id="demo:s", rate_bps=100, outstanding_minor=pounds(3000), instalment_minor=0)
    one = history([], contracts=(deposit, account))
    assert fit_credits(one, "GBP") == ()
    assert savings_rate(one) == 150


def test_without_contracts_no_rate_is_made_up():
    assert savings_rate(history([])) == overdraft_rate(history([])) == 0


def test_the_overdraft_costs_what_its_contract_says():
    assert overdraft_rate(history([], contracts=(loan(kind="overdraft", rate_bps=1990),))) == 1990


def test_a_loan_in_another_currency_is_not_added_to_this_one():
    assert fit_credits(history([], contracts=(loan(currency="EUR"), loan(id="demo:l2"))), "GBP") == fit_credits(
        history([], contracts=(loan(),)), "GBP"
    )
