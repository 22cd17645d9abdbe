"""Policies beside each other: same customers, same luck, and an interval that means what it says."""

import numpy as np
import pytest

from tests.tools.stress.intervention.people import book
from tools.errors import UsageError
from tools.stress.intervention.compare import compare, interval
from tools.stress.intervention.constants import constants, documented
from tools.stress.intervention.policy import Nothing, Random, Rule, Thresholds
from tools.stress.intervention.sensitivity import sensitivity


@pytest.fixture(scope="module")
def table():
    return compare([Nothing(), Random(), Thresholds(), Rule()], [book(80), book(80, 4)], constants(), draws=10, seed=40)


def test_the_rule_beats_nothing_chance_and_thresholds(table):
    for other in ("none", "random", "thresholds"):
        assert table.line("rule").gain[other].low > 0


def test_contacting_everybody_at_random_is_worse_than_nothing(table):
    assert table.line("random").gain["none"].high < 0


def test_gains_are_the_same_seen_from_both_sides(table):
    there, back = table.line("rule").gain["none"], table.line("none").gain["rule"]
    assert (there.mean, there.low, there.high) == pytest.approx((-back.mean, -back.high, -back.low), abs=2e-4)


def test_the_parts_of_the_value_add_up(table):
    for line in table.lines:
        assert line.value.mean == pytest.approx(-(line.critical_weeks.mean + line.months_below_zero.mean + line.costs.mean), abs=1e-3)


def test_common_luck_makes_the_gain_far_surer_than_the_value(table):
    rule = table.line("rule")
    assert rule.gain["none"].high - rule.gain["none"].low < 0.7 * (rule.value.high - rule.value.low)


def test_the_same_comparison_twice_gives_the_same_figures():
    first, again = (compare([Nothing(), Random()], [book(20)], constants(), draws=5, seed=40) for _ in range(2))
    assert first == again


def test_intervals_cover_the_truth_about_as_often_as_they_say():
    rng = np.random.default_rng(3)
    found = [interval(rng.normal(2.0, 1.0, size=12)) for _ in range(600)]
    assert 0.92 <= sum(each.low <= 2.0 <= each.high for each in found) / 600 <= 0.98


@pytest.mark.parametrize(("policies", "draws"), [([], 9), ([Rule(), Rule()], 9), ([Rule()], 4)])
def test_comparisons_that_say_nothing_are_refused(policies: list[Rule], draws: int):
    with pytest.raises(UsageError) as refused:
        compare(policies, [book(20)], constants(), draws=draws, seed=1)
    assert refused.value.code == "bad_comparison"


def test_sensitivity_tries_each_end_and_shows_what_matters():
    one = {name: documented()[name] for name in ("receptive_mean", "cost_call")}
    tried = sensitivity(Thresholds(), [book(40)], constants(), one, draws=5, seed=8)
    assert [(each.constant, each.end) for each in tried] == [
        ("receptive_mean", "low"), ("receptive_mean", "high"), ("cost_call", "low"), ("cost_call", "high"),
    ]  # fmt: skip
    cheap, dear = tried[2], tried[3]
    assert cheap.rule_on_none.mean > dear.rule_on_none.mean
