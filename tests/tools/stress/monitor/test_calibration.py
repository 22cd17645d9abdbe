import numpy as np
import pytest

from tools.stress.monitor.calibration import by_period, expected_calibration_error, reliability


def told(share: float, cases: int = 1000) -> tuple[np.ndarray, np.ndarray]:
    """Cases that were all given 0.1, of which `share` came true."""
    return np.full(cases, 0.1), np.arange(cases) < share * cases


def test_what_comes_as_often_as_said_has_no_error():
    probability = np.linspace(0, 1, 20_000)
    label = np.random.default_rng(0).uniform(size=20_000) < probability
    assert expected_calibration_error(probability, label) < 0.02
    assert expected_calibration_error(probability, ~label) > 0.4


def test_the_table_says_what_was_said_and_what_came():
    (only,) = reliability(*told(0.25))
    assert (only.low, only.high, only.said) == (0.10, 0.20, pytest.approx(0.1))
    assert only.came.share == 0.25


def test_a_bin_of_few_cases_tells_no_share():
    (only,) = reliability(*told(0.1, cases=20))
    assert only.came.share is None


def test_periods_stand_in_order():
    probability, label = told(0.1, 200)
    found = by_period(["2026-10"] * 100 + ["2026-09"] * 100, probability, label)
    assert [(one.period, one.came.count) for one in found] == [("2026-09", 0), ("2026-10", 20)]
