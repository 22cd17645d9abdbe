"""What would move a score is found on the model itself: the smallest change of one thing that suffices."""

from datetime import date
from math import ceil, floor

import numpy as np
import pytest

from tests.tools.builders import steady
from tests.tools.stress.strained import bounced, status_of, troubled
from tools.errors import TooShortError
from tools.stress.inputs import INPUT_AT, INPUTS
from tools.stress.model.file import shipped_model
from tools.stress.move import MOST, Move, what_moves
from tools.stress.score import StressStatus


def after(status: StressStatus, move: Move, effort: float) -> float:
    """The score with every reading of the remedy taken so far towards its best."""
    row = [np.nan if each.value is None else each.value for each in status.readings]
    for at, each in enumerate(status.readings):
        if each.remedy == move.remedy and each.value is not None:
            enough = INPUTS[INPUT_AT[each.key]].enough
            goal = min(enough, each.value) if each.direction > 0 else max(enough, each.value)
            row[at] = each.value + effort * (goal - each.value)
            if each.value == round(each.value):
                row[at] = ceil(row[at]) if each.direction > 0 else floor(row[at])
    return round(float(shipped_model().scores(np.array([row]))[0]), 2)


def test_a_healthy_customer_has_nothing_to_move():
    found = what_moves(status_of(steady()))
    assert (found.reach, found.target, found.moves) == ("healthy_already", None, ())


def test_a_change_that_suffices_is_the_smallest_one():
    status = status_of(bounced())
    found = what_moves(status)
    assert status.band != "healthy"
    assert found.reach == "reached"
    assert 1 <= len(found.moves) <= MOST
    for move in found.moves:
        assert found.target is not None
        assert move.score < found.target
        if move.effort > 0.01:
            assert after(status, move, move.effort - 0.01) >= found.target
    assert [move.effort for move in found.moves] == sorted(move.effort for move in found.moves)


def test_the_change_is_told_by_the_customers_own_value():
    move = next(move for move in what_moves(status_of(bounced())).moves if move.remedy == "cover_debits_on_due_day")
    assert (move.key, move.value, move.unit) == ("failed_debits", 10, "count")
    assert move.to == int(move.to) < 10


def test_where_no_single_change_suffices_the_nearest_are_named_and_it_is_said():
    status = status_of(troubled(date(2026, 10, 1)))
    found = what_moves(status)
    assert status.band == "critical"
    for move in found.moves:
        assert move.score <= (status.score or 0)
        assert (move.score < 0.70) == (found.reach == "reached")


def test_without_a_score_there_is_nothing_to_move():
    short = StressStatus(customer_id="demo:1", as_of=date(2027, 3, 31), model="m", score=None, band="too_short", days_of_history=12)
    with pytest.raises(TooShortError, match="12 days"):
        what_moves(short)
