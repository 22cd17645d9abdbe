"""The rule of patterns is judged beside a naive rule and beside chance."""

from tools.stress.monitor.patterns import PatternCase, judge_patterns
from tools.stress.pattern import Pattern


def case(truth: Pattern | None, found: Pattern | None, largest: int = 0) -> PatternCase:
    return PatternCase(truth=truth, found=found, largest_in_minor=largest)


#: 40 mules, of whom 36 are found; 4 of 160 others are called, and have the largest transfers.
CASES = [
    *[case("money_passed_through", "money_passed_through", 100)] * 36,
    *[case("money_passed_through", None, 100)] * 4,
    *[case(None, "money_passed_through", 900)] * 4,
    *[case(None, None, 500)] * 156,
]


def test_recall_precision_and_false_alarms_are_counted_over_the_right_customers():
    rule = judge_patterns(CASES, 1)[0].rule
    assert (rule.recall.count, rule.recall.total) == (36, 40)
    assert (rule.precision.count, rule.precision.total) == (36, 40)
    assert (rule.false_alarms.count, rule.false_alarms.total) == (4, 160)


def test_the_naive_rule_calls_as_many_with_the_largest_transfers():
    naive = judge_patterns(CASES, 1)[0].largest_transfer
    assert naive.precision.total == 40
    assert naive.recall.count == 0


def test_shuffled_labels_lose():
    report = judge_patterns(CASES, 1)[0]
    assert report.shuffled.precision.high is not None
    assert report.rule.precision.low is not None
    assert report.shuffled.precision.high < report.rule.precision.low


def test_a_pattern_that_nobody_has_is_given_no_share():
    gambling = judge_patterns(CASES, 1)[1].rule
    assert gambling.recall.share is None
    assert gambling.false_alarms.share == 0
