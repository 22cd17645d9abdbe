from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pytest

from tools.ledger.flows import Flow, first_flows, monthly_minor, recurring_flows
from tools.ledger.transaction import Transaction

AS_OF = date(2026, 6, 30)


def paid(day: date, amount: int, category: str, payee: str = "ACME", **more: Any) -> Transaction:
    key = f"{payee}-{category}-{day}-{amount}"
    row = {"id": f"demo:{key}", "source": "demo", "external_id": key, "account_id": "demo:1", "booked_on": day, "amount_minor": amount}
    return Transaction.model_validate({**row, "currency": "GBP", "counterparty": payee, "category": category, **more})


def monthly(amount: int, category: str, day: int = 25, payee: str = "ACME", **more: Any) -> list[Transaction]:
    return [paid(date(2026, month, day), amount, category, payee, **more) for month in range(1, 7)]


def income(transactions: Iterable[Transaction]) -> tuple[Flow, ...]:
    return recurring_flows(transactions, AS_OF).income


def test_a_salary_is_found_with_its_day():
    (salary,) = income(monthly(230_000, "salary"))
    assert (salary.category, salary.amount_minor, salary.day_of_month, salary.seen) == ("salary", 230_000, 25, 6)
    assert (salary.every_days, salary.last_on, salary.name) == (31, date(2026, 6, 25), "ACME")
    assert monthly_minor(salary) == 230_000


def test_a_late_salary_a_bonus_and_a_rise_do_not_hide_it():
    rows = monthly(230_000, "salary")
    rows[2] = paid(date(2026, 4, 4), 230_000, "salary")
    rows[4] = paid(date(2026, 5, 25), 245_000, "salary")
    rows.append(paid(date(2026, 5, 25), 600_000, "salary"))
    (salary,) = income(rows)
    assert (salary.day_of_month, salary.seen, salary.amount_minor) == (25, 6, 230_000)


def test_three_payments_with_the_middle_one_ten_days_late_are_a_flow():
    days = (date(2026, 4, 25), date(2026, 6, 4), date(2026, 6, 25))
    assert len(income(paid(day, 230_000, "salary") for day in days)) == 1


def test_two_payments_are_no_flow():
    assert income(monthly(230_000, "salary")[-2:]) == ()


def test_irregular_days_and_amounts_are_no_flow():
    irregular = [paid(AS_OF - timedelta(days=back), 100_000, "other_income") for back in (0, 3, 60, 65, 170)]
    varied = [paid(date(2026, month, 1), 1_000 * 3**month, "other_income") for month in range(1, 7)]
    assert income(irregular) == ()
    assert income(varied) == ()


def test_what_ended_is_left_out():
    ended = [each for each in monthly(230_000, "salary") if each.booked_on.month <= 4]
    assert recurring_flows(ended, AS_OF).income == ()
    assert len(recurring_flows(ended, date(2026, 5, 31)).income) == 1


@pytest.mark.parametrize(("every", "per_month"), [(7, 43_482), (14, 21_741), (28, 10_871), (91, 3_345)])
def test_other_rhythms_are_told_per_month(every: int, per_month: int):
    rows = [paid(AS_OF - timedelta(days=every * back), 10_000, "benefits") for back in range(5)]
    (benefit,) = income(rows)
    assert (benefit.every_days, benefit.day_of_month) == (every, None)
    assert monthly_minor(benefit) == per_month


def test_month_ends_are_neighbours_of_month_starts():
    days = (date(2026, 1, 31), date(2026, 2, 28), date(2026, 4, 1), date(2026, 4, 30), date(2026, 5, 31), date(2026, 6, 30))
    (salary,) = income(paid(day, 230_000, "salary") for day in days)
    assert salary.day_of_month in {30, 31, 1}


def test_commitments_and_subscriptions_stand_apart():
    found = recurring_flows(
        [
            *monthly(-95_000, "rent", 1, "LANDLORD"),
            *monthly(-12_000, "loan_repayment", 5, "LENDER"),
            *monthly(-1_099, "subscriptions", 9, "NETFLIX"),
            *monthly(-2_500, "health", 3, "DENTAL PLAN", operation="direct_debit"),
            *monthly(-30_000, "saving", 2, "POT", operation="standing_order"),
            *monthly(-6_000, "groceries", 2, "TESCO"),
        ],
        AS_OF,
    )
    assert [flow.name for flow in found.commitments] == ["LANDLORD", "LENDER", "DENTAL PLAN"]
    assert [flow.name for flow in found.subscriptions] == ["NETFLIX"]
    assert found.income == ()


def test_a_regular_transfer_out_is_a_commitment_only_with_a_steady_amount():
    steady = monthly(-40_000, "transfer_out", 1, "J SMITH")
    varied = [paid(date(2026, month, 1), -40_000 - 4_000 * month, "transfer_out", "K JONES") for month in range(1, 7)]
    assert [flow.name for flow in recurring_flows([*steady, *varied], AS_OF).commitments] == ["J SMITH"]


def test_references_do_not_split_a_payee():
    rows = [
        each.model_copy(update={"counterparty": None, "description": f"ACME PAY {at}X77"}) for at, each in enumerate(monthly(100, "salary"))
    ]
    assert len(income(rows)) == 1


def test_the_largest_regular_transfer_is_the_salary_where_none_is_marked():
    found = income([*monthly(150_000, "transfer_in", 12, "AB 123"), *monthly(30_000, "transfer_in", 3, "CD 9")])
    assert [(flow.name, flow.category) for flow in found] == [("AB 123", "salary"), ("CD 9", "other_income")]


def test_where_a_pension_is_marked_no_transfer_is_taken_for_a_salary():
    found = income([*monthly(150_000, "transfer_in", 12, "AB 123"), *monthly(30_000, "pension", 3, "STATE")])
    assert [flow.category for flow in found] == ["other_income", "pension"]


def test_a_flow_carries_its_payments():
    (salary,) = income(monthly(230_000, "salary"))
    assert salary.dates == tuple(date(2026, month, 25) for month in range(1, 7))
    assert salary.amounts_minor == (230_000,) * 6


def test_a_bill_that_came_twice_a_year_apart_is_yearly():
    twice = [paid(date(2025, 3, 4), -42_000, "insurance", "COVER"), paid(date(2026, 3, 2), -43_500, "insurance", "COVER")]
    (cover,) = recurring_flows(twice, AS_OF).commitments
    assert (cover.every_days, cover.day_of_month, cover.amount_minor, cover.seen) == (363, None, 43_500, 2)


@pytest.mark.parametrize(
    "second",
    [
        paid(date(2026, 3, 2), -80_000, "insurance", "COVER"),
        paid(date(2025, 10, 2), -42_000, "insurance", "COVER"),
        paid(date(2026, 3, 2), -42_000, "insurance", "OTHER"),
    ],
)
def test_two_bills_that_are_not_a_year_apart_or_not_alike_are_no_flow(second: Transaction):
    assert recurring_flows([paid(date(2025, 3, 4), -42_000, "insurance", "COVER"), second], AS_OF).commitments == ()


def test_a_yearly_income_is_not_expected_after_two():
    assert income([paid(date(2025, 3, 4), 42_000, "other_income"), paid(date(2026, 3, 2), 42_000, "other_income")]) == ()


def test_what_is_monthly_by_nature_is_expected_after_one_sighting():
    found = first_flows([paid(date(2026, 6, 1), -90_000, "rent"), paid(date(2026, 6, 5), 230_000, "salary"), paid(AS_OF, -900, "dining")])
    assert [(flow.category, flow.day_of_month, flow.every_days) for flow in (*found.income, *found.commitments)] == [
        ("salary", 5, 30),
        ("rent", 1, 30),
    ]


def test_two_sightings_say_the_distance():
    fortnight = first_flows([paid(date(2026, 6, 5), 90_000, "salary"), paid(date(2026, 6, 19), 91_000, "salary")])
    assert [(flow.every_days, flow.day_of_month) for flow in fortnight.income] == [(14, None)]
    apart = first_flows([paid(date(2026, 4, 5), 90_000, "salary"), paid(date(2026, 6, 19), 91_000, "salary")])
    assert apart.income == ()
