"""Money is conserved in every path and month, to the minor unit."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.errors import UsageError
from tools.twin.noise import noise_bank
from tools.twin.simulate import Simulation, simulate
from tools.twin.twin import CategoryLevel, Twin


def a_twin(**changes: object) -> Twin:
    given: dict[str, object] = {
        "customer_id": "demo:1", "as_of": date(2027, 3, 31), "currency": "GBP", "months_of_history": 12, "persona": "saver",
        "prior_weight": 0.1, "balance_minor": 300_000, "savings_minor": 500_000, "income_level_minor": 250_000,
        "income_sd_minor": 20_000, "commitments_minor": 90_000, "spending_sd_minor": 30_000, "saving_minor": 20_000,
        "investment_minor": 10_000, "balance_level_minor": 280_000, "reversion": 0.1, "spending_follows_income": 0.3,
        "discretionary": (CategoryLevel(category="groceries", monthly_minor=60_000),), **changes,
    }  # fmt: skip
    return Twin.model_validate(given)


amounts = st.integers(0, 10**9)
twins = st.builds(
    a_twin,
    balance_minor=st.integers(-(10**9), 10**9),
    savings_minor=amounts,
    overdraft_rate_bps=st.integers(0, 4000),
    income_level_minor=amounts,
    income_sd_minor=amounts,
    commitments_minor=amounts,
    spending_sd_minor=amounts,
    spending_follows_income=st.floats(0, 1),
    saving_minor=st.integers(-(10**8), 10**8),
    investment_minor=amounts,
    loan_outstanding_minor=amounts,
    loan_instalment_minor=amounts,
    loan_rate_bps=st.integers(0, 3000),
    adjustment_minor=st.integers(-(10**9), 10**9),
    balance_level_minor=st.integers(-(10**9), 10**9),
    reversion=st.floats(0, 1),
)


def before(after: np.ndarray, start: int) -> np.ndarray:
    first = np.full((*after.shape[:2], 1), start, dtype=np.int64)
    return np.concatenate([first, after[:, :, :-1]], axis=2)


def assert_conserved(world: Simulation, twin: Twin) -> None:
    moved = world.income - world.spending - world.saving - world.investment - world.repayment + world.interest
    np.testing.assert_array_equal(world.balance, before(world.balance, twin.balance_minor) + moved)
    np.testing.assert_array_equal(world.savings, before(world.savings, twin.savings_minor) + world.saving)
    np.testing.assert_array_equal(world.loan, before(world.loan, twin.loan_outstanding_minor) + world.loan_interest - world.repayment)


@settings(max_examples=60, deadline=None)
@given(twin=twins, seed=st.integers(0, 3))
def test_no_penny_appears_or_is_lost(twin: Twin, seed: int):
    world = simulate([twin], 12, 16, seed)
    assert_conserved(world, twin)
    for flow in (world.income, world.spending, world.investment, world.repayment, world.savings, world.loan):
        assert flow.min() >= 0


def test_the_identity_test_can_fail():
    twin = a_twin()
    world = simulate([twin], 3, 4, 1)
    world.spending[0, 2, 1] += 1
    with pytest.raises(AssertionError):
        assert_conserved(world, twin)


def test_nothing_is_repaid_without_a_loan_and_a_loan_ends_at_nothing():
    none = simulate([a_twin(loan_instalment_minor=20_000)], 12, 8, 1)
    assert none.repayment.max() == 0
    ending = simulate([a_twin(loan_outstanding_minor=50_000, loan_instalment_minor=20_000)], 12, 8, 1)
    assert ending.repayment[0, 0].tolist()[:4] == [20_000, 20_000, 10_000, 0]
    assert ending.loan[0, 0, -1] == 0


def test_only_what_is_there_is_put_aside():
    broke = simulate(
        [a_twin(income_level_minor=0, income_sd_minor=0, balance_minor=0, saving_minor=50_000, investment_minor=50_000)], 6, 8, 1
    )
    assert broke.saving.max() == broke.investment.max() == 0


def test_same_seed_same_bytes_and_another_seed_others():
    first, again, other = (simulate([a_twin()], 6, 64, seed).balance.tobytes() for seed in (7, 7, 8))
    noise_bank.cache_clear()
    assert first == again == simulate([a_twin()], 6, 64, 7).balance.tobytes()
    assert first != other


def test_a_customers_paths_do_not_depend_on_the_company():
    one, two = a_twin(), a_twin(customer_id="demo:2", income_level_minor=100_000)
    together = simulate([two, one], 6, 32, 7)
    np.testing.assert_array_equal(together.balance[1], simulate([one], 6, 32, 7).balance[0])
    assert not np.array_equal(together.income[0] - 100_000, together.income[1] - 250_000)


def test_the_mean_path_follows_the_levels():
    twin = a_twin(saving_minor=0, investment_minor=0, reversion=0.0)
    world = simulate([twin], 6, 1024, 7)
    assert world.balance[0, :, -1].mean() == pytest.approx(300_000 + 6 * (250_000 - 150_000), rel=0.005)
    assert world.income[0, :, 0].std() == pytest.approx(20_000, rel=0.05)


def test_noise_has_the_shape_of_the_normal():
    noise = noise_bank(6, 1024, 7, 0)
    assert abs(noise.mean()) < 0.01
    assert noise.std() == pytest.approx(1, abs=0.01)
    assert np.quantile(noise, 0.95) == pytest.approx(1.645, abs=0.03)
    assert np.isfinite(noise).all()


@pytest.mark.parametrize(("count", "months", "paths"), [(0, 6, 16), (1, 0, 16), (1, 121, 16), (1, 6, 1), (1, 6, 99_999)])
def test_what_cannot_be_simulated_is_refused_with_the_limits(count: int, months: int, paths: int):
    with pytest.raises(UsageError, match="1 to 120 months and 2 to 16384 paths"):
        simulate([a_twin()] * count, months, paths, 1)
