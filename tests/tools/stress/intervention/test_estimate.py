"""Off-policy estimates find the simulator's truth, and junk does not."""

from dataclasses import replace

import numpy as np
import pytest

from tests.tools.stress.intervention.people import book
from tools.errors import UsageError
from tools.stress.intervention.action import ACTIONS, Situations
from tools.stress.intervention.constants import constants
from tools.stress.intervention.estimate import LEAST_EFFECTIVE, Estimate, Log, estimates
from tools.stress.intervention.guards import GUARDS
from tools.stress.intervention.judge import WEEK, checked_world, judged
from tools.stress.intervention.policy import Nothing, Random, Rule, explored
from tools.stress.intervention.record import logged, truth

SEEDS = range(20)
FLOOR = 0.5


@pytest.fixture(scope="module")
def log() -> Log:
    return logged(Rule(), book(120), constants(), seeds=SEEDS, week=WEEK, floor=FLOOR)


def made_up(count: int, seed: int = 1, effect: float = 1.0) -> tuple[Log, np.ndarray]:
    """A log whose truth is known exactly: a call is worth `effect`, a strained customer costs two; calls go to the strained."""
    rng = np.random.default_rng(seed)
    strained = rng.random(count) < 0.3
    free = np.ones((count, len(ACTIONS)), dtype=np.bool_)
    chances = np.where(strained[:, None], [0.1, 0.1, 0.1, 0.7], [0.7, 0.1, 0.1, 0.1])
    actions = (rng.random((count, 1)) > np.cumsum(chances, axis=1)).sum(axis=1)
    rewards = rng.normal(0, 1, count) - 2 * strained + effect * (actions == 3)
    zeros, whole = np.zeros(count), np.zeros(count, dtype=np.int64)
    seen = Situations(
        score=np.where(strained, 0.8, 0.2), score_30d_ago=zeros, failed_debits_30d=whole, failed_debits_90d=whole, days_negative_90d=whole,
        months_covered=zeros, income_share=zeros, has_credit=strained, eased=strained, consent=whole, preference=whole, vulnerable=strained,
        in_care=strained, contacts_30d=whole, contacts_90d=whole, days_since_contact=zeros, calls_left=whole,
    )  # fmt: skip
    return Log(seen, free, actions, chances[np.arange(count), actions], rewards), strained


def always(action: int, count: int) -> np.ndarray:
    return np.tile(np.eye(len(ACTIONS))[action], (count, 1))


def test_a_known_truth_is_found_though_the_log_prefers_calling_the_strained():
    log, strained = made_up(4000)
    wanted = 1.0 - 2 * strained.mean()
    for found in estimates(log, always(3, 4000)):
        assert found.low <= wanted <= found.high
        assert found.high - found.low < 0.5
    called = log.rewards[log.actions == 3].mean()
    assert abs(called - wanted) > 0.5, "the plain mean of who was called must be far off, or the test shows nothing"


def test_doubly_robust_is_the_surest_of_the_three():
    log, _ = made_up(4000)
    widths = {found.method: found.high - found.low for found in estimates(log, always(3, 4000))}
    assert widths["dr"] < widths["snips"] < widths["ips"]


def test_intervals_cover_the_truth_in_most_logs():
    covered = np.zeros(3)
    for seed in range(40):
        log, strained = made_up(800, seed)
        # The truth over these very customers moves from log to log; over all of them it is fixed.
        wanted = 1.0 - 2 * 0.3
        assert strained.any()
        covered += [found.low <= wanted <= found.high for found in estimates(log, always(3, 800), seed=seed)]
    assert (covered >= 34).all()


def test_a_log_that_is_shuffled_no_longer_tells_policies_apart():
    log, _ = made_up(4000)
    junk = replace(log, rewards=np.random.default_rng(5).permutation(log.rewards))

    def gaps(of: Log) -> list[float]:
        calls, nothing = estimates(of, always(3, 4000)), estimates(of, always(0, 4000))
        return [called.value - left.value for called, left in zip(calls, nothing, strict=True)]

    assert gaps(log) == pytest.approx([1.0] * 3, abs=0.35)
    assert gaps(junk) == pytest.approx([0.0] * 3, abs=0.35)


def test_wrong_propensities_are_found_out():
    log, strained = made_up(4000)
    wanted = 1.0 - 2 * strained.mean()
    wrong = replace(log, propensities=np.full(4000, 0.25))
    ips = estimates(wrong, always(3, 4000))[0]
    assert not ips.low <= wanted <= ips.high


def test_the_effective_size_says_when_a_log_says_little():
    log, _ = made_up(4000)
    same = estimates(log, np.where(log.seen.has_credit[:, None], [0.1, 0.1, 0.1, 0.7], [0.7, 0.1, 0.1, 0.1]))[0]
    assert same.effective == pytest.approx(4000)
    few = estimates(made_up(60)[0], always(1, 60))[0]
    assert few.effective < LEAST_EFFECTIVE
    assert not few.enough


def test_the_simulators_truth_lies_in_the_intervals(log: Log):
    found = judged([Nothing(), Rule(), Random("even", GUARDS)], Rule(), log, book(120), constants(), seeds=SEEDS, floor=FLOOR)
    assert [each.policy for each in found] == ["none", "rule", "even"]
    for each in found:
        for estimate in each.estimates:
            assert estimate.enough
            # Half again as wide as the interval: each of nine may be out of its own 95 %.
            assert abs(estimate.value - each.truth) <= 1.5 * (estimate.high - estimate.low) / 2


def test_of_the_logging_policy_itself_the_estimate_is_the_mean_of_its_log(log: Log):
    own: Estimate = estimates(log, _rule_explored(log))[0]
    assert own.value == pytest.approx(log.rewards.mean(), abs=1e-5)
    assert own.effective == pytest.approx(len(log), abs=0.1)


def test_the_truth_is_that_of_a_log_without_exploration():
    same = logged(Rule(), book(60), constants(), seeds=range(3), week=WEEK, floor=0.0).rewards.mean()
    assert truth(Rule(), Rule(), book(60), constants(), seeds=range(3), week=WEEK, floor=0.0) == pytest.approx(same)


def _rule_explored(log: Log) -> np.ndarray:
    return explored(Rule().chances(log.seen, log.free), log.free, FLOOR)


@pytest.mark.parametrize("propensity", [0.0, 1.2, -0.1])
def test_logs_that_cannot_be_are_refused(propensity: float):
    log, _ = made_up(50)
    wrong = log.propensities.copy()
    wrong[7] = propensity
    with pytest.raises(UsageError) as refused:
        estimates(replace(log, propensities=wrong), always(0, 50))
    assert refused.value.code == "bad_log"


def test_the_world_without_contacts_is_plausible():
    checks = checked_world(book(120), constants(), range(3))
    assert 0.02 < checks.missed_in_half_year < 0.6
    assert -0.02 < checks.messages_cut_failed < 0.3
