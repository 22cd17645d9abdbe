"""A twin is fitted from the account, and says how much of it is borrowed from a persona."""

from datetime import date

import pytest

from tests.tools.builders import AS_OF, booking, history, loan, pounds, steady
from tools.errors import TooShortError
from tools.ledger.features import features_of
from tools.twin.fit.fit import fit_twin
from tools.twin.twin import Twin


def fitted(**changes: object) -> Twin:
    moves = changes.pop("moves", None)
    one = history(moves, **changes)  # type: ignore[arg-type]
    return fit_twin(one, features_of(one))


def test_a_steady_customer_is_read_off_exactly():
    twin = fitted()
    assert twin.income_level_minor == pounds(2500)
    assert twin.spending_level_minor == pounds(1500)
    assert twin.commitments_minor == pounds(900)
    assert [(level.category, level.monthly_minor) for level in twin.discretionary] == [("groceries", pounds(600))]
    assert twin.months_of_history == 12
    assert twin.prior_weight < 0.2


def test_growth_seen_every_month_for_more_than_a_year_is_rolled_forward():
    twin = fitted(moves=steady(months=18))
    assert twin.drift_minor == pounds(1000)
    assert twin.reversion == 0


def test_growth_over_a_few_months_is_not():
    twin = fitted(moves=steady(months=6))
    assert twin.drift_minor == 0
    assert 0 < twin.reversion < 0.2


def test_a_short_history_leans_on_what_the_customer_declared():
    declared = {"monthly_income_minor": pounds(4000)}
    short, long = (fitted(moves=steady(months=months), profile=declared) for months in (1, 12))
    assert pounds(2500) < long.income_level_minor < short.income_level_minor < pounds(4000)
    assert short.prior_weight > long.prior_weight


def test_less_than_three_weeks_is_too_short_and_says_what_is_needed():
    with pytest.raises(TooShortError, match=r"20 days of bookings\. A forecast needs at least 21"):
        fitted(moves=[booking(date(2027, 3, 12), 100, "salary")])


def test_no_bookings_at_all_is_too_short():
    with pytest.raises(TooShortError):
        fitted(moves=[])


def test_a_loan_is_taken_from_its_contract_and_not_counted_twice():
    repayments = [booking(date(2027, month, 3), -250, "loan_repayment") for month in (1, 2, 3)]
    twin = fitted(moves=[*steady(months=3), *repayments], contracts=(loan(),))
    assert twin.instalments_minor == pounds(250)
    assert twin.outstanding_minor == pounds(6000)
    assert twin.commitments_minor == pounds(900)


def test_what_is_owed_follows_the_annuity_where_no_source_says_it():
    """10,000 at 12 % over 12 months: 888.49 a month, 5,149.21 left after 6 (published annuity table)."""
    contract = loan(
        principal_minor=pounds(10_000), instalment_minor=88_849, rate_bps=1200, outstanding_minor=None, outstanding_as_of=None,
        starts_on=date(2026, 9, 30), matures_on=date(2027, 9, 30),
    )  # fmt: skip
    assert fitted(contracts=(contract,)).outstanding_minor == pytest.approx(514_921, abs=5)


def test_an_ended_loan_is_no_loan():
    assert fitted(contracts=(loan(matures_on=AS_OF),)).outstanding_minor == 0


def test_regular_investing_is_told_from_saving():
    moves = [
        *steady(months=12),
        *(booking(date(2026 + (month > 12), (month - 1) % 12 + 1, 26), -200, "investment") for month in range(4, 16)),
    ]
    twin = fitted(moves=moves)
    assert twin.investment_minor == pounds(200)
    assert twin.saving_minor == 0


def test_fitting_twice_gives_the_same_twin():
    assert fitted() == fitted()
