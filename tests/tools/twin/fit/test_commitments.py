"""Commitments are what comes back, apart from loans whose contract is known; discretionary spending is what is left."""

from datetime import date

from tests.tools.builders import AS_OF, booking, history, loan, months_back, pounds, steady
from tools.ledger.account import Contract
from tools.ledger.features import features_of
from tools.ledger.transaction import Transaction
from tools.twin.fit.fit import fit_twin
from tools.twin.twin import Twin


def fitted(moves: list[Transaction], contracts: tuple[Contract, ...] = (), as_of: date = AS_OF) -> Twin:
    one = history(moves, contracts=contracts, as_of=as_of)
    return fit_twin(one, features_of(one))


def monthly(amount: float, category: str, day: int, months: int = 12, **more: object) -> list[Transaction]:
    return [booking(date(year, month + 1, day), -amount, category, **more) for year, month in months_back(months)]


def test_rent_is_a_commitment_with_its_due_day():
    (rent,) = fitted(steady()).commitments
    assert (rent.category, rent.amount_minor, rent.due_day, rent.next_on) == ("rent", pounds(900), 1, date(2027, 4, 1))
    assert not rent.is_subscription


def test_subscriptions_are_marked():
    twin = fitted([*steady(), *monthly(12, "subscriptions", 9, counterparty="STREAMING")])
    assert [each.amount_minor for each in twin.commitments if each.is_subscription] == [pounds(12)]


def test_a_quarterly_bill_is_a_third_of_it_each_month():
    quarterly = [booking(date(year, month, 10), -90, "utilities", counterparty="WATER") for year, month in
                 ((2026, 3), (2026, 6), (2026, 9), (2026, 12), (2027, 3))]  # fmt: skip
    found = {each.category: each for each in fitted([*steady(months=13), *quarterly]).commitments}
    assert (found["utilities"].monthly_minor, found["utilities"].due_day) == (pounds(30), 10)
    assert found["utilities"].next_on == date(2027, 6, 10)


def test_a_bill_that_came_twice_a_year_apart_is_yearly():
    yearly = [booking(date(year, 2, 14), -600, "insurance", counterparty="HOME COVER") for year in (2026, 2027)]
    twin = fitted([*steady(months=15), *yearly])
    cover = next(each for each in twin.commitments if each.category == "insurance")
    assert (cover.monthly_minor, cover.next_on) == (pounds(50), date(2028, 2, 14))
    assert [(level.category, level.monthly_minor) for level in twin.discretionary] == [("groceries", pounds(600))]


def test_what_was_paid_to_a_flow_is_not_discretionary_too():
    twin = fitted([*steady(), *monthly(40, "health", 3, operation="direct_debit", counterparty="DENTAL PLAN")])
    assert [level.category for level in twin.discretionary] == ["groceries"]
    assert twin.spending_level_minor == pounds(1540)


def test_a_mortgage_of_a_known_contract_is_credit_and_nothing_else():
    contract = loan(kind="mortgage", instalment_minor=pounds(800), matures_on=date(2045, 1, 1), outstanding_minor=pounds(150_000))
    twin = fitted([*steady(), *monthly(800, "mortgage", 5, operation="direct_debit")], (contract,))
    assert twin.instalments_minor == pounds(800)
    assert twin.commitments_minor == pounds(900)
    assert twin.discretionary_minor == pounds(600)


def test_repayments_without_a_contract_are_commitments():
    twin = fitted([*steady(), *monthly(150, "loan_repayment", 5, counterparty="LENDER")])
    assert twin.commitments_minor == pounds(1050)
    assert twin.credits == ()


def test_one_of_two_loans_without_a_contract_stays_a_commitment():
    moves = [*steady(), *monthly(250, "loan_repayment", 5, counterparty="BANK"), *monthly(90, "loan_repayment", 7, counterparty="SHOP")]
    twin = fitted(moves, (loan(),))
    assert [(each.category, each.amount_minor) for each in twin.commitments if each.category == "loan_repayment"] == [
        ("loan_repayment", pounds(90))
    ]
    assert twin.commitments_minor == pounds(990)


def test_the_season_of_a_category_is_told_after_two_years():
    presents = [
        booking(date(year, month + 1, 20), -(600 if month in {10, 11} else 60), "shopping", operation="card")
        for year, month in months_back(24)
    ]
    level = next(each for each in fitted([*steady(months=24), *presents]).discretionary if each.category == "shopping")
    assert level.season[11] > 2.5 > 0.8 > level.season[6]
    assert abs(level.monthly_minor - pounds(150)) < pounds(15)
