import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.stress.monitor.proportion import FEWEST, proportion


def test_a_share_of_few_is_not_told():
    assert proportion(1, FEWEST - 1).share is None


def test_the_interval_is_wilsons():
    found = proportion(10, 100)
    assert (found.low, found.high) == (pytest.approx(0.0552, abs=1e-4), pytest.approx(0.1744, abs=1e-4))


@given(st.integers(FEWEST, 10_000).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))))
def test_the_interval_holds_the_share_and_stays_between_none_and_all(case: tuple[int, int]) -> None:
    found = proportion(*case)
    assert found.low is not None
    assert found.share is not None
    assert found.high is not None
    assert 0 <= found.low <= found.share + 1e-12
    assert found.share <= found.high + 1e-12 <= 1 + 2e-12
