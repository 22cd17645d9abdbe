"""Described customers: what is told is what is booked, and what does not fit is refused with its key."""

from datetime import date
from pathlib import Path

import pytest

from server.demo.case import load_case, login_of, read_case
from server.demo.login import FOLDER
from tools.errors import UsageError

AS_OF = date(2026, 11, 14)
EXAMPLE = FOLDER / "cases" / "example.toml"
TOLD = """
login = "leo"
[customer]
number = 5001
name = "Leo Brandt"
[[accounts]]
key = "main"
opening_balance = 100.00
[[transactions]]
date = 2026-11-03
amount = -20.25
description = "TESCO STORES 3245"
[[transactions]]
date = 2026-11-01
amount = 1000
description = "SALARY ACME"
category = "salary"
[[transactions]]
date = 2026-11-04
amount = -5000
description = "DIRECT DEBIT DREAM CAR"
status = "failed"
"""
LIVED = """
[customer]
number = 5002
name = "Nora Finch"
[persona]
lifestyle = "young_professional"
months = 6
[persona.override]
income = [{ category = "salary", monthly = { median = 2000 }, pay_days = [25], payer = "ACME LTD" }]
[[events]]
kind = "job_loss"
since = 2026-09-01
"""


def test_told_transactions_are_booked_exactly_with_running_balances() -> None:
    rows = list(load_case(TOLD, AS_OF).transactions)
    assert [(row.booked_on.day, row.amount_minor, row.balance_after_minor, row.status) for row in rows] == [
        (1, 100_000, 110_000, "booked"),
        (3, -2025, 107_975, "booked"),
        (4, -500_000, 107_975, "failed"),
    ]
    assert [row.category for row in rows[:2]] == ["salary", "groceries"]


def test_the_example_loads_with_everything_it_tells() -> None:
    bank = load_case(EXAMPLE, AS_OF)
    assert bank.books == {"rm1": ("demo:3001",)}
    assert [account.kind for account in bank.accounts] == ["current", "savings"]
    assert [party.name for party in bank.parties] == ["Rosa Blackwood", "Iris Blackwood"]
    assert [contract.outstanding_minor for contract in bank.contracts] == [273_510]
    assert bank.profiles[0].monthly_income_minor == 198_000
    assert len(bank.transactions) == 6
    last = {row.account_id: row.balance_after_minor for row in bank.transactions}
    assert last == {"demo:43001001": 31_240 + 198_000 - 65_000 - 10_000 - 12_850, "demo:43001002": 160_000}


def test_a_lived_case_follows_its_events() -> None:
    bank = load_case(LIVED, AS_OF)
    salaries = [row for row in bank.transactions if row.category == "salary"]
    assert {row.amount_minor for row in salaries} == {200_000}
    assert max(row.booked_on for row in salaries) == date(2026, 8, 25)
    assert bank.customers[0].name == "Nora Finch"


def test_a_case_may_ask_for_a_login() -> None:
    login = login_of(read_case(TOLD))
    assert login is not None
    assert (login.login, login.role, login.customer_id) == ("leo", "customer", "demo:5001")
    assert login_of(read_case(LIVED)) is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[customer", "not valid TOML"),
        (TOLD + "\n[nonsense]\n", "key 'nonsense'"),
        (TOLD.replace("number = 5001", "number = 0"), r"customer\.number"),
        (TOLD.replace("-20.25", "-20.255"), r"transactions\.0\.amount.*more decimals"),
        (TOLD.replace("-20.25", "nan"), r"transactions\.0\.amount"),
        (TOLD.replace('description = "SALARY ACME"', 'description = "SALARY ACME"\naccount = "pot"'), "no account 'pot'"),
        (TOLD.replace('category = "salary"', 'category = "gifts"'), "gifts"),
        (TOLD.replace("2026-11-04", "2026-12-24"), "lies after the bank's business date"),
        (TOLD.replace("[[accounts]]", '[persona]\nlifestyle = "saver"\n[[accounts]]'), "both"),
        (LIVED.replace("young_professional", "astronaut"), "no lifestyle 'astronaut'"),
        (LIVED.replace("job_loss", "job_los"), "events"),
        (LIVED.replace("pay_days", "pay_dayz"), r"income\.0\.pay_dayz"),
        (TOLD + '\n[profile]\nmood = "fine"\n', "mood"),
        (TOLD + '\n[profile]\nmonthly_income = "plenty"\n', r"profile\.monthly_income"),
        (TOLD + '\n[[contracts]]\nholding = "car"\nstarts_on = 2026-01-01\n', "no holding 'car'"),
        ('[customer]\nnumber = 5003\nname = "A"\n', "neither"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_key(text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says) as refused:
        load_case(text, AS_OF)
    assert refused.value.code == "bad_case"


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"gone\.toml cannot be read"):
        load_case(tmp_path / "gone.toml", AS_OF)
