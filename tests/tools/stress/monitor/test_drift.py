import numpy as np
import pytest

from tools.errors import UsageError
from tools.stress.model.reference import reference
from tools.stress.monitor.drift import FEWEST_CASES, drift, drifts


def normal(shift: float = 0.0, size: int = 4000, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(loc=shift, size=size)


def test_the_same_population_does_not_drift():
    found = drift(reference("buffer", normal()), normal(seed=1))
    assert found.state == "stable"
    assert found.psi is not None
    assert found.psi < 0.02


def test_a_shifted_population_does():
    assert drift(reference("buffer", normal()), normal(0.3, seed=1)).state in {"stable", "watch"}
    assert drift(reference("buffer", normal()), normal(1.0, seed=1)).state == "drifted"


def test_values_that_are_no_longer_known_are_drift_too():
    now = normal(seed=1)
    now[:1500] = np.nan
    found = drift(reference("buffer", normal()), now)
    assert (found.state, found.missing_now) == ("drifted", 0.375)


def test_an_input_of_few_values_has_fewer_bins():
    before = reference("penalties", np.array([0.0] * 950 + [1.0] * 50))
    assert drift(before, np.array([0.0] * 475 + [1.0] * 25)).state == "stable"
    assert drift(before, np.array([0.0] * 300 + [1.0] * 200)).state == "drifted"


def test_few_cases_say_nothing():
    assert drift(reference("buffer", normal()), normal(5, FEWEST_CASES - 1)).state == "too_few"


def test_a_reference_needs_values():
    with pytest.raises(UsageError, match="no values"):
        reference("buffer", np.empty(0))


def test_the_most_drifted_input_comes_first():
    before = (reference("calm", normal()), reference("moved", normal()))
    found = drifts(before, np.column_stack([normal(seed=1), normal(1, seed=2)]))
    assert [one.name for one in found] == ["moved", "calm"]
