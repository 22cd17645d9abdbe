"""A life goes on: the past stays as it was, and the future does not depend on how far one looks."""

from datetime import date, timedelta

import pytest

from tools.ledger.transaction import Transaction
from tools.population.bank import GeneratedBank
from tools.population.generate import generate
from tools.population.spec import PopulationSpec

AS_OF = date(2026, 3, 14)


def made(days_beyond: int = 0) -> GeneratedBank:
    return generate(PopulationSpec(seed=11, customers=30, as_of=AS_OF, months=5, days_beyond=days_beyond))


@pytest.fixture(scope="module")
def bank() -> GeneratedBank:
    return made()


@pytest.fixture(scope="module")
def longer() -> GeneratedBank:
    return made(70)


def until(bank: GeneratedBank, day: date) -> list[Transaction]:
    return [move for move in bank.transactions if move.booked_on <= day]


def test_the_past_is_the_same_to_the_byte(bank: GeneratedBank, longer: GeneratedBank):
    assert until(longer, AS_OF) == list(bank.transactions)
    assert max(move.booked_on for move in longer.transactions) == AS_OF + timedelta(days=70)


def test_everything_but_the_bookings_is_as_of_the_business_date(bank: GeneratedBank, longer: GeneratedBank):
    for name in ("customers", "parties", "parts", "accounts", "holdings", "contracts", "profiles", "protected", "interactions", "flags"):
        assert getattr(longer, name) == getattr(bank, name), name


def test_a_longer_future_begins_with_the_shorter_one(longer: GeneratedBank):
    assert until(longer, AS_OF + timedelta(days=40)) == list(made(40).transactions)


def test_the_future_is_lived_like_the_past(bank: GeneratedBank, longer: GeneratedBank):
    past = [move for move in bank.transactions if move.booked_on > AS_OF - timedelta(days=70)]
    future = [move for move in longer.transactions if move.booked_on > AS_OF]
    assert len(past) * 0.85 < len(future) < len(past) * 1.15
    for category in ("salary", "rent", "groceries", "utilities"):
        before, after = (sum(move.category == category for move in moves) for moves in (past, future))
        assert before * 0.7 <= after <= before * 1.3, category


def test_money_is_conserved_across_the_business_date(longer: GeneratedBank):
    opening = {account.id: account.opening_balance_minor for account in longer.accounts}
    for move in longer.transactions:
        if move.status == "booked":
            opening[move.account_id] += move.amount_minor
        assert opening[move.account_id] == move.balance_after_minor
