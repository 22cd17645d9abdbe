"""The demo bank lives on: the same bank, day by day, in the order of time."""

from datetime import timedelta

import pytest

from server.demo.bank import AS_OF, demo_bank
from server.demo.later import COMPARED, customers_of, last_bookings, later_days, longer_bank, require_same
from tools.errors import UsageError
from tools.population.bank import GeneratedBank

CUSTOMERS = 14


@pytest.fixture(scope="module")
def bank() -> GeneratedBank:
    return demo_bank(customers=CUSTOMERS)


@pytest.fixture(scope="module")
def longer() -> GeneratedBank:
    return longer_bank(CUSTOMERS, AS_OF + timedelta(days=20))


def test_the_size_of_a_bank_is_told_by_its_numbers(bank: GeneratedBank):
    numbers = [int(customer.external_id) for customer in bank.customers]
    assert customers_of(numbers) == CUSTOMERS
    assert customers_of([*numbers, 9001]) == CUSTOMERS  # a described customer was added later


def test_what_was_seeded_is_recognised(bank: GeneratedBank, longer: GeneratedBank):
    stored = [(move.id, move.amount_minor, move.balance_after_minor) for move in bank.transactions]
    expected = last_bookings(longer)
    assert len(expected) == COMPARED
    require_same(expected, stored)


def test_a_bank_of_another_seed_is_refused(bank: GeneratedBank):
    stored = [(move.id, move.amount_minor, move.balance_after_minor) for move in bank.transactions]
    with pytest.raises(UsageError, match="--seed") as caught:
        require_same(last_bookings(longer_bank(CUSTOMERS, AS_OF, seed=1)), stored)
    assert caught.value.code == "other_bank"


def test_days_come_in_order_and_whole(longer: GeneratedBank):
    days = list(later_days(longer, AS_OF + timedelta(days=1)))
    dates = [{move.booked_on for move in day} for day in days]
    assert dates == [{AS_OF + timedelta(days=ahead)} for ahead in range(1, 21)]
    assert all(list(day) == sorted(day, key=lambda move: move.booked_at or 0) for day in days)
    assert {move.id for day in days for move in day} == {move.id for move in longer.transactions if move.booked_on > AS_OF}
