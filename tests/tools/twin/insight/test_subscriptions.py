"""Subscriptions: their yearly cost to the penny, and a price rise only where the charges show one without doubt."""

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools.builders import AS_OF, booking, history, months_back, pounds, steady
from tools.ledger.features import features_of
from tools.ledger.transaction import Transaction
from tools.twin.insight.subscriptions import Subscriptions, subscriptions_of


def charges(name: str, *amounts: float, day: int = 12, **changes: Any) -> list[Transaction]:
    """One charge a month, the last one this month."""
    months = months_back(len(amounts))
    return [
        booking(date(year, month + 1, day), -amount, "subscriptions", counterparty=name, operation="card", number=f"{name}{year}{month}", **changes)
        for (year, month), amount in zip(months, amounts, strict=True)
    ]  # fmt: skip


def found_in(*moves: list[Transaction]) -> Subscriptions:
    one = history([*steady(), *(move for group in moves for move in group)])
    return subscriptions_of(one, features_of(one))


def test_each_is_listed_with_its_yearly_cost_the_dearest_first():
    found = found_in(charges("SPOTIFY", *[11.99] * 6), charges("PUREGYM LTD", *[24.99] * 8))
    assert [(one.name, one.monthly_minor, one.yearly_minor, one.seen) for one in found.subscriptions] == [
        ("PUREGYM LTD", 2499, 29988, 8),
        ("SPOTIFY", 1199, 14388, 6),
    ]
    assert (found.monthly_minor, found.yearly_minor) == (3698, 44376)
    assert found.share_of_spending == pytest.approx(3698 / features_spending(found), rel=1e-9)
    assert found.risen == 0


def features_spending(found: Subscriptions) -> float:
    return found.monthly_minor / (found.share_of_spending or 1)


@pytest.mark.parametrize("rise", [5, 10, 27, 80])
def test_a_price_that_rose_and_stayed_is_told_with_before_after_and_since(rise: int):
    after = round(10.00 * (1 + rise / 100), 2)
    (one,) = found_in(charges("NETFLIX.COM", 10, 10, 10, 10, 10, after)).subscriptions
    assert one.rise is not None
    assert (one.rise.before_minor, one.rise.after_minor, one.rise.on) == (1000, pounds(after), date(2027, 3, 12))
    assert (one.amount_minor, one.yearly_minor) == (pounds(after), 12 * pounds(after))
    (later,) = found_in(charges("NETFLIX.COM", 10, 10, 10, after, after, after)).subscriptions
    assert later.rise is not None
    assert later.rise.on == date(2027, 1, 12)


@pytest.mark.parametrize(
    "amounts",
    [
        [10, 10, 10, 10, 10],
        [10.10, 10, 10.05, 10.15, 10.10],  # an exchange rate
        [12, 10, 10, 10, 10],  # cheaper than at first
        [10, 12, 10, 12, 10, 12],  # two things of one name
        [10, 10, 10, 30, 30, 30],  # another tariff, or another thing
        [10, 15],  # hardly begun
    ],
)
def test_what_only_looks_like_a_rise_is_none(amounts: list[float]):
    assert [one.rise for one in found_in(charges("NETFLIX.COM", *amounts)).subscriptions if one.rise] == []


def test_an_extra_charge_between_is_no_rise():
    extra = booking(date(2027, 3, 20), -13, "subscriptions", counterparty="NETFLIX.COM", operation="card", number="extra")
    assert all(one.rise is None for one in found_in(charges("NETFLIX.COM", *[10] * 8), [extra]).subscriptions)


def test_an_ended_one_and_one_seen_twice_are_not_among_them():
    ended = [move.model_copy(update={"booked_on": move.booked_on - timedelta(days=120)}) for move in charges("DUOLINGO", *[6.99] * 6)]
    assert found_in(ended, charges("AUDIBLE", 7.99, 7.99)).subscriptions == ()
    assert found_in().yearly_minor == 0


def test_a_weekly_box_is_counted_by_the_week():
    weekly = [
        booking(AS_OF - timedelta(days=2 + 7 * week), -20, "subscriptions", counterparty="VEG BOX", operation="card", number=f"veg{week}")
        for week in range(12)
    ]
    (one,) = found_in(weekly).subscriptions
    assert one.every_days == 7
    assert one.yearly_minor == round(2000 * 365.25 / 7)


def test_when_it_was_last_used_is_told_where_a_card_was_used_there():
    swim = booking(date(2027, 1, 5), -6, "entertainment", counterparty="PUREGYM LTD", operation="card", number="swim")
    (gym,) = found_in(charges("PUREGYM LTD", *[24.99] * 6), [swim]).subscriptions
    assert gym.last_used_on == date(2027, 1, 5)
    (unseen,) = found_in(charges("PUREGYM LTD", *[24.99] * 6)).subscriptions
    assert unseen.last_used_on is None


def test_failed_charges_and_later_ones_do_not_count():
    failed = booking(
        date(2027, 3, 13), -99, "subscriptions", counterparty="NETFLIX.COM", operation="card", status="failed", number="bounced"
    )
    later = booking(AS_OF + timedelta(days=9), -99, "subscriptions", counterparty="NETFLIX.COM", operation="card", number="future")
    (one,) = found_in(charges("NETFLIX.COM", *[10] * 6), [failed, later]).subscriptions
    assert (one.amount_minor, one.rise, one.last_on) == (1000, None, date(2027, 3, 12))


@settings(max_examples=15, deadline=None)
@given(st.randoms(use_true_random=False), st.lists(st.integers(100, 9_999), min_size=1, max_size=4, unique=True))
def test_totals_are_sums_and_the_order_of_the_bookings_does_not_matter(random: Random, prices: list[int]):
    moves = [move for number, price in enumerate(prices) for move in charges(f"CLUB {chr(65 + number)}", *[price / 100] * 6)]
    shuffled = list(moves)
    random.shuffle(shuffled)
    found = found_in(moves)
    assert found == found_in(shuffled)
    assert found.yearly_minor == 12 * sum(prices)
    assert found.monthly_minor == sum(prices)
