"""How well the rule for patterns finds customers whose lifestyle is known, beside a naive rule and beside chance."""

from collections.abc import Sequence

import numpy as np

from tools.stress.monitor.proportion import Proportion, proportion
from tools.stress.pattern import Pattern
from tools.value import Value

PATTERNS: tuple[Pattern, ...] = ("money_passed_through", "gambling_heavy")


class PatternCase(Value):
    """One judged customer: what it is, what the rule found, and its largest incoming transfer in minor units."""

    truth: Pattern | None
    found: Pattern | None
    largest_in_minor: int


class Detection(Value):
    """How one rule did for one pattern; a share of fewer than 30 cases is not told.

    Attributes:
        recall: found, of those who have the pattern.
        precision: who have the pattern, of those found.
        false_alarms: found, of those who do not have it.
    """

    recall: Proportion
    precision: Proportion
    false_alarms: Proportion


class PatternReport(Value):
    """One pattern: the rule, the naive rule that calls as many customers with the largest incoming transfers, and labels shuffled."""

    pattern: Pattern
    rule: Detection
    largest_transfer: Detection
    shuffled: Detection


def judge_patterns(cases: Sequence[PatternCase], seed: int) -> tuple[PatternReport, ...]:
    """A report on each pattern; `seed` shuffles the labels of the junk test."""
    order = np.random.default_rng(seed).permutation(len(cases))
    return tuple(_report(pattern, cases, order.tolist()) for pattern in PATTERNS)


def _report(pattern: Pattern, cases: Sequence[PatternCase], order: list[int]) -> PatternReport:
    truth = [case.truth == pattern for case in cases]
    found = [case.found == pattern for case in cases]
    largest = sorted(range(len(cases)), key=lambda at: -cases[at].largest_in_minor)[: sum(found)]
    naive = set(largest)
    return PatternReport(
        pattern=pattern,
        rule=_detection(truth, found),
        largest_transfer=_detection(truth, [at in naive for at in range(len(cases))]),
        shuffled=_detection([truth[at] for at in order], found),
    )


def _detection(truth: Sequence[bool], found: Sequence[bool]) -> Detection:
    both = sum(has and called for has, called in zip(truth, found, strict=True))
    having, called = sum(truth), sum(found)
    return Detection(
        recall=proportion(both, having),
        precision=proportion(both, called),
        false_alarms=proportion(called - both, len(truth) - having),
    )
