"""Each event of a described life leaves its trace in the movements, beside the same life without it."""

from collections.abc import Callable
from datetime import date

import pytest

from server.demo.case import load_case
from tools.ledger.transaction import Transaction
from tools.population.bank import GeneratedBank

AS_OF = date(2026, 11, 14)
LIFE = """
[customer]
number = 5100
name = "Nora Finch"
[persona]
lifestyle = "young_professional"
months = 6
[persona.override]
opening = 3000
income = [{ category = "salary", monthly = { median = 2400 }, pay_days = [25], payer = "ACME LTD" }]
credit = { card_share = 0.0, overdraft_share = 1.0, overdraft = [500] }
"""
Rows = list[Transaction]


def lived(events: str = "") -> GeneratedBank:
    return load_case(LIFE + events, AS_OF)


def of(rows: Rows, category: str) -> Rows:
    return [row for row in rows if row.category == category]


def late_salary(before: Rows, after: Rows) -> bool:
    return {row.booked_on.day for row in of(before, "salary")} <= {23, 24, 25} and date(2026, 9, 30) in {
        row.booked_on for row in of(after, "salary")
    }


def income_cut(before: Rows, after: Rows) -> bool:
    return min(row.amount_minor for row in of(after, "salary")) * 2 == min(row.amount_minor for row in of(before, "salary"))


def benefits(before: Rows, after: Rows) -> bool:
    return not of(before, "benefits") and {row.amount_minor for row in of(after, "benefits")} == {83_000}


def more_dining(before: Rows, after: Rows) -> bool:
    return len(of(after, "dining")) > 2 * len(of(before, "dining"))


def gambling(before: Rows, after: Rows) -> bool:
    return not of(before, "gambling") and len(of(after, "gambling")) > 5


def apps(before: Rows, after: Rows) -> bool:
    signs = {row.amount_minor > 0 for row in of(after, "lending_apps")}
    return not of(before, "lending_apps") and signs == {True, False}


def returned(before: Rows, after: Rows) -> bool:
    return not [row for row in before if row.status == "failed"] and {row.category for row in after if row.status == "failed"} == {
        "utilities"
    }


def bought(before: Rows, after: Rows) -> bool:
    return [row.amount_minor for row in after if row.description == "SOFA SHOP"] == [-75_000]


def received(before: Rows, after: Rows) -> bool:
    return [row.amount_minor for row in after if row.description == "PREMIUM BOND PRIZE"] == [100_000]


@pytest.mark.parametrize(
    ("event", "seen"),
    [
        ('kind = "late_salary"\nsince = 2026-09-01\nuntil = 2026-10-01\ndays = 5', late_salary),
        ('kind = "income_change"\nsince = 2026-08-01\npercent = -50', income_cut),
        ('kind = "job_loss"\nsince = 2026-07-01\nbenefits = 830', benefits),
        ('kind = "spending_change"\nsince = 2026-05-15\npercent = 200\ncategory = "dining"', more_dining),
        ('kind = "spree"\nsince = 2026-07-01\nuntil = 2026-08-15\nper_week = 4\namount = 20', gambling),
        ('kind = "lending_apps"\nsince = 2026-06-01\nper_month = 3\namount = 100', apps),
        ('kind = "missed_payments"\nsince = 2026-07-01\nuntil = 2026-08-15\ncategory = "utilities"', returned),
        ('kind = "large_purchase"\non = 2026-08-05\namount = 750\ndescription = "SOFA SHOP"', bought),
        ('kind = "windfall"\non = 2026-08-05\namount = 1000\ndescription = "PREMIUM BOND PRIZE"', received),
    ],
)
def test_an_event_leaves_its_trace(event: str, seen: Callable[[Rows, Rows], bool]) -> None:
    assert seen(list(lived().transactions), list(lived(f"[[events]]\n{event}\n").transactions))


def test_a_new_loan_is_paid_out_once_and_repaid_monthly() -> None:
    bank = lived('[[events]]\nkind = "new_loan"\non = 2026-07-10\namount = 2400\nrate_bps = 990\nterm_months = 24\n')
    rows = list(bank.transactions)
    assert [row.amount_minor for row in rows if row.description == "PERSONAL LOAN PAID OUT"] == [240_000]
    repaid = of(rows, "loan_repayment")
    assert [row.booked_on.month for row in repaid] == [8, 9, 10, 11]
    contract = bank.contracts[0]
    assert {-row.amount_minor for row in repaid} == {contract.instalment_minor}
    assert contract.outstanding_minor is not None
    assert contract.outstanding_minor < 240_000 - 3 * (contract.instalment_minor - 1980)


def test_late_invoices_arrive_later() -> None:
    shop = LIFE.replace("young_professional", "msme_owner").split("income =")[0]
    late = '[[events]]\nkind = "late_invoices"\nsince = 2026-07-01\nuntil = 2026-07-31\ndays = 60\n'
    due = [
        sum(
            date(2026, 8, 5) <= row.booked_on <= date(2026, 8, 30)
            for row in load_case(text, AS_OF).transactions
            if row.category == "business_income"
        )
        for text in (shop, shop + late)
    ]
    assert due[1] < due[0] / 2
