"""The mix of personas over time comes from what was known at each month end."""

from datetime import date

import pytest

from tests.tools.builders import booking, history, months_back
from tools.errors import UsageError
from tools.ledger.history import History
from tools.ledger.transaction import Transaction
from tools.twin.evolve.mix import past_twins, persona_over_time


def from_saver_to_spender(as_of: date = date(2027, 3, 31)) -> History:
    moves: list[Transaction] = []
    for at, (year, month) in enumerate(months_back(24)):
        moves += [
            booking(date(year, month + 1, 3), -1200, "groceries"),
            booking(date(year, month + 1, 9), -1200 if at >= 14 else -40, "shopping"),
            booking(date(year, month + 1, 25), 2500, "salary"),
        ]
    return history([move for move in moves if move.booked_on <= as_of], as_of=as_of)


def test_a_saver_who_turns_spender_is_seen_turning():
    points = persona_over_time(past_twins(from_saver_to_spender(), 12))
    spender = [{each.persona: each.share for each in point.persona_mix}["spender"] for point in points]
    assert len(points) == 12
    assert points[0].persona_mix[0].persona == "saver"
    assert points[-1].persona_mix[0].persona == "spender"
    assert spender[-1] > spender[0] + 0.4
    assert all(sum(each.share for each in point.persona_mix) == pytest.approx(1, abs=0.001) for point in points)


def test_points_come_oldest_first_whatever_the_order_of_the_twins():
    twins = past_twins(from_saver_to_spender(), 3)
    assert persona_over_time(reversed(twins)) == persona_over_time(twins)


def test_each_twin_is_of_a_month_end_and_they_are_counted():
    twins = past_twins(from_saver_to_spender(), 3)
    assert [(twin.version, twin.as_of) for twin in twins] == [(1, date(2027, 1, 31)), (2, date(2027, 2, 28)), (3, date(2027, 3, 31))]


def test_in_the_middle_of_a_month_the_last_point_is_the_month_before():
    twins = past_twins(from_saver_to_spender(date(2027, 3, 20)), 2)
    assert [twin.as_of for twin in twins] == [date(2027, 1, 31), date(2027, 2, 28)]


def test_month_ends_before_there_was_a_twin_are_left_out():
    young = history([booking(date(2027, 2, day), -20, "groceries") for day in (1, 9)])
    assert [twin.as_of for twin in past_twins(young, 6)] == [date(2027, 2, 28), date(2027, 3, 31)]


@pytest.mark.parametrize("months", [0, 37])
def test_a_look_back_out_of_range_is_refused(months: int):
    with pytest.raises(UsageError, match=r"Choose 1 to 36"):
        past_twins(from_saver_to_spender(), months)
