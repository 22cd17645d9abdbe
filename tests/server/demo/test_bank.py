"""The demo bank: its people's stories hold, its books are three, and nobody's password is in it."""

from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path

import pytest

import knowledge
from server.demo.bank import AS_OF, demo_bank, demo_books
from server.demo.login import demo_logins
from tools.ledger.transaction import Transaction
from tools.population.bank import GeneratedBank

QUARTER = timedelta(days=90)


@pytest.fixture(scope="module")
def bank() -> GeneratedBank:
    return demo_bank(customers=24)


@pytest.fixture(scope="module")
def movements(bank: GeneratedBank) -> dict[str, list[Transaction]]:
    """Movements on each customer's first account."""
    first = {account.id: account.customer_id for account in bank.accounts if account.kind in {"current", "business"}}
    found: dict[str, list[Transaction]] = defaultdict(list)
    for row in bank.transactions:
        if row.account_id in first:
            found[first[row.account_id]].append(row)
    return found


def test_the_business_date_and_the_logins_are_fixed() -> None:
    assert date(2026, 11, 14) == AS_OF
    logins = {login.login: login for login in demo_logins()}
    assert list(logins) == ["anna", "tom", "priya", "ravi", "maria", "sam", "chidi", "rm1", "rm2", "rm3", "staff1", "admin"]
    assert logins["anna"].customer_id == "demo:1042"
    assert logins["sam"].customer_id == "demo:2077"


def test_every_customer_is_in_one_book_and_the_named_ones_in_the_first(bank: GeneratedBank) -> None:
    clients = [client for book in bank.books.values() for client in book]
    assert sorted(clients) == sorted(customer.id for customer in bank.customers)
    assert {len(book) for book in bank.books.values()} == {8}
    named = {login.customer_id for login in demo_logins() if login.customer_id}
    assert named <= set(bank.books["rm1"])
    names = {customer.id: customer.name for customer in bank.customers}
    assert all(names[login.customer_id] == login.name for login in demo_logins() if login.customer_id)


def test_anna_is_steady_with_idle_money(bank: GeneratedBank, movements: dict[str, list[Transaction]]) -> None:
    rows = movements["demo:1042"]
    assert min(row.balance_after_minor or 0 for row in rows) > 0
    last = rows[-1].balance_after_minor
    assert last is not None
    assert last > 200_000
    assert not [row for row in rows if row.status == "failed"]
    assert {row.amount_minor for row in rows if row.category == "rent"} == {-79_500}
    assert {row.description for row in rows if row.category == "council_tax"} == {"DIRECT DEBIT LEEDS COUNCIL TAX"}


def test_tom_drifts_below_zero_before_pay_day(movements: dict[str, list[Transaction]]) -> None:
    rows = movements["demo:1087"]
    late = [row for row in rows if row.booked_on > AS_OF - timedelta(days=120)]
    early = [row for row in rows if row.booked_on <= AS_OF - timedelta(days=365)]
    assert min(row.balance_after_minor or 0 for row in late) < 0 < min(row.balance_after_minor or 0 for row in early)


def test_priyas_fix_ends_on_31_march(bank: GeneratedBank, movements: dict[str, list[Transaction]]) -> None:
    mortgages = [contract for contract in bank.contracts if contract.customer_id == "demo:1113" and contract.kind == "mortgage"]
    assert [contract.fixed_until for contract in mortgages] == [date(2027, 3, 31)]
    assert "joint" in {part.part for part in bank.parts if part.account_id == "demo:41113001"}
    assert [row for row in movements["demo:1113"] if row.category == "childcare"]


def test_ravi_waits_for_his_invoices(movements: dict[str, list[Transaction]]) -> None:
    rows = [row for row in movements["demo:1158"] if row.category == "business_income"]
    late = [row for row in rows if date(2026, 7, 24) <= row.booked_on < date(2026, 8, 14)]
    before = [row for row in rows if date(2026, 6, 24) <= row.booked_on < date(2026, 7, 15)]
    assert len(late) < len(before)


def test_maria_is_wealthy_and_limits_consent(bank: GeneratedBank) -> None:
    assert sum(holding.value_minor or 0 for holding in bank.holdings if holding.customer_id == "demo:1204") > 50_000_000
    consents = {profile.customer_id: profile.consent_personalization for profile in bank.profiles}
    assert consents["demo:1204"] == "limited"
    assert consents["demo:1306"] == "no"


def test_sam_is_in_trouble(bank: GeneratedBank, movements: dict[str, list[Transaction]]) -> None:
    rows = movements["demo:2077"]
    recent = [row for row in rows if row.booked_on > AS_OF - QUARTER]
    assert rows[-1].balance_after_minor is not None
    assert rows[-1].balance_after_minor < 0
    assert sum(row.status == "failed" for row in recent) >= 3
    assert [row for row in recent if row.category == "lending_apps"]
    assert [row for row in rows if row.category == "penalty_interest"]
    assert {flag.kind for flag in bank.flags if flag.customer_id == "demo:2077"} == {"hardship", "vulnerable"}


def test_chidi_earns_in_summer(movements: dict[str, list[Transaction]]) -> None:
    rows = [row for row in movements["demo:1261"] if row.category == "business_income"]
    summer = sum(row.amount_minor for row in rows if row.booked_on.month in {6, 7, 8})
    winter = sum(row.amount_minor for row in rows if row.booked_on.month in {12, 1, 2})
    assert summer > 3 * winter


def test_somebody_tries_to_give_orders_in_a_note(bank: GeneratedBank) -> None:
    assert [note for note in bank.notes if "ignore previous instructions" in note.text.lower()]


def test_every_product_that_somebody_holds_is_published(bank: GeneratedBank) -> None:
    published = {path.stem for path in (Path(knowledge.__file__).parent / "products").glob("*.md")}
    held = {value.product_id for value in (*bank.accounts, *bank.holdings)} - {None}
    assert held
    assert held <= published


def test_another_business_date_moves_the_stories_with_it() -> None:
    books = demo_books(AS_OF + timedelta(days=10), customers=11)
    fixed = [contract.fixed_until for contract in books["rm1"].contracts if contract.customer_id == "demo:1113"]
    assert fixed == [date(2027, 4, 10)]
    assert max(row.booked_on for row in books["rm1"].transactions) == AS_OF + timedelta(days=10)
