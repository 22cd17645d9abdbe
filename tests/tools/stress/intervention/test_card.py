"""The card says why the default is the default, and at which constants that would no longer hold."""

import pytest

from tools.stress.intervention.card import LIMITS, because_of, reversals, shipped_card
from tools.stress.intervention.compare import Comparison, Interval, Line
from tools.stress.intervention.constants import documented
from tools.stress.intervention.sensitivity import Tried

ONE = Interval(mean=1, low=1, high=1)


def table_with(low: float) -> Comparison:
    gain = {"rule": Interval(mean=low + 0.1, low=low, high=low + 0.2)}
    line = Line(
        policy="learned-1", value=ONE, critical_weeks=ONE, months_below_zero=ONE, failed_debits=ONE, costs=ONE, contacts={}, gain=gain
    )
    return Comparison(customers=50, draws=5, seed=1, floor=0.0, lines=(line,))


@pytest.mark.parametrize(
    ("low", "because"),
    [(0.01, "rule_is_explainable_and_learned_gain_is_simulated"), (0.0, "learned_does_not_clearly_beat_rule")],
)
def test_only_an_interval_above_zero_counts_as_beating_the_rule(low: float, because: str):
    assert because_of(table_with(low), "learned-1") == because


def test_reversals_are_where_the_rule_no_longer_surely_beats_nothing():
    def tried(constant: str, low: float) -> Tried:
        gain = Interval(mean=0.1, low=low, high=0.3)
        return Tried(constant=constant, end="high", value=1, rule_on_none=gain, other_on_none=ONE, other_on_rule=ONE)

    assert reversals([tried("cost_call", -0.01), tried("tires_sms", 0.02)]) == ("cost_call:high",)


def test_the_shipped_card_is_of_the_constants_in_use_and_tried_both_ends_of_each():
    card = shipped_card()
    assert card is not None
    assert card.constants == documented()
    assert card.limits == LIMITS
    ends = {(each.constant, each.end) for each in card.sensitivity}
    movable = {(name, end) for name, row in documented().items() for end in ("low", "high") if getattr(row, end) != row.value}
    assert ends == movable
    assert card.table.draws >= 20
    assert card.checks.missed_in_half_year < 0.3
    assert 0 < card.checks.messages_cut_failed < 0.3
