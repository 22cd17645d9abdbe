"""The measures reward what is near and honest, and junk loses to saying nothing new."""

import numpy as np
import pytest

from tools.twin.outlook.evaluation import LEAST_SCALE_MINOR, baselines, in_sample, pinball, ratios, scales, score, wilson

HISTORIES = [np.array([0.0, 1000, 3000, 2000]), np.array([5000.0, 5000, 6000, 6000])]


def around(middle: float, half: float, accounts: int = 1) -> np.ndarray:
    return np.tile(np.array([[middle - half, middle, middle + half]]), (accounts, 1))


def test_the_scale_is_the_error_of_saying_as_last_month():
    assert scales(HISTORIES).tolist() == pytest.approx([4000 / 3, 1000 / 3])
    assert scales([np.array([5.0, 5.0]), np.array([5.0])]).tolist() == [LEAST_SCALE_MINOR] * 2


def test_a_settled_history_leaves_out_the_broken_month_it_began_with():
    assert in_sample(HISTORIES[0].tolist(), "settled").tolist() == [1000, 3000, 2000]
    assert in_sample(HISTORIES[0].tolist(), "full").tolist() == [0, 1000, 3000, 2000]
    assert in_sample([1.0, 2.0], "settled").tolist() == [1, 2]


def test_baselines_are_the_last_the_mean_and_the_drift_with_normal_intervals():
    found = baselines(HISTORIES, 3)
    assert found["last_balance"][:, 1].tolist() == [2000, 6000]
    assert found["mean_of_history"][:, 1].tolist() == [1500, 5500]
    assert found["net_flow"][:, 1].tolist() == pytest.approx([4000, 7000])
    moves = np.std([1000, 2000, -1000], ddof=1)
    assert found["last_balance"][0, 2] - 2000 == pytest.approx(1.2816 * moves * 3**0.5, rel=1e-4)
    assert found["mean_of_history"][0, 2] - 1500 == pytest.approx(1.2816 * np.std(HISTORIES[0], ddof=1), rel=1e-4)


def test_a_single_change_or_none_still_has_an_interval():
    found = baselines([np.array([100.0, 400.0]), np.array([100.0])], 1)
    assert found["last_balance"][0].tolist() == pytest.approx([400 - 1.2816 * 300, 400, 400 + 1.2816 * 300], rel=1e-3)
    assert found["last_balance"][1].tolist() == [100, 100, 100]


def test_pinball_is_the_mean_of_the_three_losses():
    assert pinball(np.array([10.0]), np.array([[0.0, 4.0, 8.0]])).tolist() == pytest.approx([(1 + 3 + 1.8) / 3])
    assert pinball(np.array([4.0]), np.array([[4.0, 4.0, 4.0]])).tolist() == [0]


def test_a_score_counts_in_major_units_and_in_scales():
    found = score(np.array([1000.0, 1000.0]), np.array([[500.0, 800.0, 900.0], [900.0, 1100.0, 1200.0]]), np.array([100.0, 400.0]))
    assert found.mae == 1.5
    assert found.mase == pytest.approx((2 + 0.25) / 2)
    assert (found.coverage, found.below, found.above) == (0.5, 0, 0.5)
    assert found.coverage_from < 0.5 < found.coverage_to


def test_junk_loses():
    rng = np.random.default_rng(1)
    histories = [rng.normal(100_000, 10_000, 8) for _ in range(200)]
    outcomes = rng.normal(100_000, 10_000, 200)
    scale = scales(histories)
    others = {name: score(outcomes, quantiles, scale) for name, quantiles in baselines(histories, 3).items()}
    honest = score(outcomes, around(100_000, 12_816, 200), scale)
    assert honest.coverage == pytest.approx(0.8, abs=0.08)
    assert ratios(honest, others).mase < 1  # type: ignore[operator]
    junk = {
        "everything is possible": around(100_000, 1e7, 200),
        "certain and wrong": around(0, 1, 200),
        "certain of the middle": around(100_000, 1, 200),
        "noise": rng.normal(0, 100_000, (200, 3)),
        "upside down": around(100_000, -12_816, 200),
    }
    for name, quantiles in junk.items():
        assert score(outcomes, quantiles, scale).scaled_pinball > honest.scaled_pinball, name
    assert ratios(score(outcomes, junk["certain and wrong"], scale), others).skill < 0  # type: ignore[operator]


def test_ratios_are_to_the_better_baseline_measure_by_measure():
    outcomes, scale = np.array([0.0]), np.array([100.0])
    ours, near, far = (score(outcomes, around(middle, 100), scale) for middle in (100, 200, 400))
    found = ratios(ours, {"last_balance": far, "mean_of_history": near, "net_flow": ours})
    assert found.mase == 0.5
    exact = score(outcomes, around(0, 0), scale)
    assert ratios(ours, {"last_balance": exact, "mean_of_history": far}).mase is None


def test_the_interval_of_a_share():
    assert wilson(0, 0) == (0, 1)
    low, high = wilson(80, 100)
    assert (round(low, 3), round(high, 3)) == (0.711, 0.867)
    assert wilson(0, 10)[0] == 0
