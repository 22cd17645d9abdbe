"""Money is conserved in every path and month, to the minor unit; same seed, same bytes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.advice.credit_cost import credit_cost
from tools.errors import UsageError
from tools.twin.simulate import world
from tools.twin.simulate.schedule import Schedule, schedule_of
from tools.twin.simulate.simulate import Simulation, simulate
from tools.twin.twin import CategoryLevel, Credit, Twin

MONTHS = 12


def a_twin(**changes: object) -> Twin:
    given: dict[str, object] = {
        "customer_id": "demo:1", "as_of": date(2027, 3, 31), "currency": "GBP", "months_of_history": 12, "persona": "saver",
        "prior_weight": 0.1, "balance_minor": 300_000, "savings_minor": 500_000, "income_level_minor": 250_000,
        "income_sd_minor": 20_000, "commitments_minor": 90_000, "spending_sd_minor": 30_000, "saving_minor": 20_000,
        "investment_minor": 10_000, "balance_level_minor": 280_000, "reversion": 0.1, "spending_follows_income": 0.3,
        "discretionary": (CategoryLevel(category="groceries", monthly_minor=60_000),), **changes,
    }  # fmt: skip
    return Twin.model_validate(given)


def a_loan(**changes: object) -> Credit:
    return Credit.model_validate({"kind": "loan", "outstanding_minor": 50_000, "instalment_minor": 20_000, **changes})


def run(twin: Twin, months: int = MONTHS, paths: int = 16, seed: int = 7) -> Simulation:
    return simulate([schedule_of(twin, months)], paths, seed)


amounts = st.integers(0, 10**9)
signed = st.integers(-(10**9), 10**9)
loans = st.builds(a_loan, outstanding_minor=st.integers(1, 10**9), instalment_minor=st.integers(0, 10**8), rate_bps=st.integers(0, 3000))
twins = st.builds(
    a_twin,
    customer_id=st.integers(1, 10**6).map(lambda number: f"demo:{number}"),
    balance_minor=signed,
    savings_minor=amounts,
    savings_rate_bps=st.integers(0, 1000),
    overdraft_rate_bps=st.integers(0, 4000),
    income_level_minor=amounts,
    income_sd_minor=amounts,
    commitments_minor=amounts,
    spending_sd_minor=amounts,
    spending_follows_income=st.floats(0, 1),
    saving_minor=st.integers(-(10**8), 10**8),
    investment_minor=amounts,
    credits=st.lists(loans, max_size=2).map(tuple),
    adjustment_minor=signed,
    balance_level_minor=signed,
    reversion=st.floats(0, 1),
)


def before(after: np.ndarray, start: int) -> np.ndarray:
    first = np.full((*after.shape[:2], 1), start, dtype=np.int64)
    return np.concatenate([first, after[:, :, :-1]], axis=2)


def assert_conserved(world: Simulation, twin: Twin) -> None:
    moved = world.income + world.drawn - world.spending - world.saving - world.investment - world.repayment + world.interest
    np.testing.assert_array_equal(world.balance, before(world.balance, twin.balance_minor) + moved)
    np.testing.assert_array_equal(world.savings, before(world.savings, twin.savings_minor) + world.saving + world.savings_interest)
    np.testing.assert_array_equal(
        world.loan, before(world.loan, twin.outstanding_minor) + world.drawn + world.loan_interest - world.repayment
    )


def with_one_off(schedule: Schedule, amount: int) -> Schedule:
    return schedule.changed(one_off=np.where(np.arange(schedule.months) == 2, amount, 0))


@settings(max_examples=60, deadline=None)
@given(twin=twins, seed=st.integers(0, 3), one_off=signed)
def test_no_penny_appears_or_is_lost(twin: Twin, seed: int, one_off: int):
    world = simulate([with_one_off(schedule_of(twin, MONTHS), one_off)], 16, seed)
    assert_conserved(world, twin)
    for flow in (world.income, world.spending, world.investment, world.repayment, world.savings, world.savings_interest, world.loan):
        assert flow.min() >= 0
    assert world.interest.max() <= 0


def test_the_identity_test_can_fail():
    twin = a_twin()
    world = run(twin, 3, 4)
    world.spending[0, 2, 1] += 1
    with pytest.raises(AssertionError):
        assert_conserved(world, twin)


def test_nothing_is_repaid_without_a_loan_and_a_loan_ends_at_nothing():
    assert run(a_twin()).repayment.max() == 0
    ending = run(a_twin(credits=(a_loan(),)))
    assert ending.repayment[0, 0].tolist()[:4] == [20_000, 20_000, 10_000, 0]
    assert ending.loan[0, 0, -1] == 0


@settings(max_examples=60, deadline=None)
@given(amount=st.integers(10_000, 10**8), term=st.integers(1, 60), rate_bps=st.integers(0, 3000))
def test_a_loan_costs_what_its_schedule_says(amount: int, term: int, rate_bps: int):
    cost = credit_cost(amount, term, rate_bps)
    instalment = cost.instalment_minor + 1  # a minor unit more, so that the last instalment is the one that takes up the rounding
    world = run(a_twin(credits=(a_loan(outstanding_minor=amount, instalment_minor=instalment, rate_bps=rate_bps),)), term, 2)
    assert world.loan[0, 0, -1] == 0
    assert abs(int(world.repayment.sum()) - cost.total_payable_minor) <= 2 * term + term * term * rate_bps / 120_000
    assert world.repayment.sum() == amount + world.loan_interest.sum()


def test_a_loan_of_a_scenario_is_paid_out_and_paid_back():
    twin, drawn = a_twin(), np.zeros(6, dtype=np.int64)
    drawn[1] = 100_000
    with_loan = run(a_twin(credits=(a_loan(outstanding_minor=100_000, rate_bps=1200),)), 6).schedules[0].credits[0]
    schedule = schedule_of(twin, 6).changed(credits=(replace(with_loan, opening_minor=0, drawn=drawn),))
    world = simulate([schedule], 16, 7)
    assert_conserved(world, twin)
    assert world.repayment[0, 0].tolist()[:3] == [0, 20_000, 20_000]
    assert world.loan_interest[0, 0].tolist()[:2] == [0, 1_000]


def test_only_what_is_there_is_put_aside():
    broke = run(a_twin(income_level_minor=0, income_sd_minor=0, balance_minor=0, saving_minor=50_000, investment_minor=50_000), 6)
    assert broke.saving.max() == broke.investment.max() == 0
    drawing = run(a_twin(savings_minor=30_000, saving_minor=-20_000), 3)
    assert drawing.saving[0, 0].tolist() == [-20_000, -10_000, 0]


def test_money_below_zero_costs_interest_and_savings_earn_it():
    sunk = run(a_twin(balance_minor=-1_200_000, overdraft_rate_bps=1200, savings_minor=1_200_000, savings_rate_bps=100, saving_minor=0), 1)
    assert set(sunk.interest.ravel()) == {-12_000}
    assert set(sunk.savings_interest.ravel()) == {1_000}


@settings(max_examples=30, deadline=None)
@given(twin=twins, more=st.integers(1, 10**9))
def test_more_income_never_lowers_the_median_balance(twin: Twin, more: int):
    poorer = schedule_of(twin, MONTHS)
    richer = poorer.changed(income=poorer.income + more)
    medians = [np.median(simulate([schedule], 16, 7).balance[0], axis=0) for schedule in (poorer, richer)]
    assert (medians[1] >= medians[0]).all()


def test_a_scenario_is_run_with_what_its_base_did_not_plan():
    base = run(a_twin(saving_minor=0, investment_minor=0, reversion=0.5), 6)
    dearer = base.schedules[0].changed(commitments=base.schedules[0].commitments + 10_000)
    causal = simulate([dearer], 16, 7, unplanned=base.unplanned)
    np.testing.assert_array_equal(causal.unplanned, base.unplanned)
    np.testing.assert_array_equal(base.balance - causal.balance, np.broadcast_to(10_000 * np.arange(1, 7), base.balance.shape))


FIELDS = ("income", "spending", "saving", "investment", "interest", "savings_interest", "balance", "savings", "unplanned")


def test_same_seed_same_bytes_and_another_seed_others():
    first, again, other = (run(a_twin(), 6, 64, seed).balance.tobytes() for seed in (7, 7, 8))
    assert first == again
    assert first != other


@settings(max_examples=30, deadline=None)
@given(book=st.lists(twins, min_size=2, max_size=6, unique_by=lambda twin: twin.customer_id), numbers=st.sampled_from([1, 40, 10**6]))
def test_neither_company_nor_order_nor_size_of_a_block_changes_a_byte(book: list[Twin], numbers: int):
    schedules = [schedule_of(twin, MONTHS) for twin in book]
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(world, "BLOCK_NUMBERS", numbers)
        together = simulate(schedules[::-1], 16, 7)
    for row, schedule in enumerate(reversed(schedules)):
        alone = simulate([schedule], 16, 7)
        for name in FIELDS:
            assert getattr(together, name)[row].tobytes() == getattr(alone, name)[0].tobytes(), name


def test_two_customers_do_not_share_their_luck():
    one, two = run(a_twin(), 6, 64), run(a_twin(customer_id="demo:2"), 6, 64)
    assert not np.array_equal(one.income, two.income)


@settings(max_examples=40, deadline=None)
@given(twin=twins, shift=st.integers(-(10**8), 10**8), one_off=signed)
def test_paths_end_their_months_where_they_are_aimed(twin: Twin, shift: int, one_off: int):
    schedule = with_one_off(schedule_of(twin, MONTHS), one_off)
    base = simulate([schedule], 16, 7)
    aims = (base.balance + shift).astype(np.float64)
    aims[:, :, 6:] = np.nan
    aimed = simulate([schedule], 16, 7, unplanned=base.unplanned, aims=aims)
    np.testing.assert_array_equal(aimed.balance[:, :, :6], aims[:, :, :6])
    np.testing.assert_array_equal(aimed.unplanned[:, :, 6:], base.unplanned[:, :, 6:])
    assert_conserved(aimed, twin)


def test_the_mean_path_follows_the_levels():
    twin = a_twin(saving_minor=0, investment_minor=0, reversion=0.0)
    world = run(twin, 6, 1024)
    assert world.balance[0, :, -1].mean() == pytest.approx(300_000 + 6 * (250_000 - 150_000), rel=0.005)
    assert world.income[0, :, 0].std() == pytest.approx(20_000, rel=0.05)


def of_lengths(*months: int) -> Callable[[], list[Schedule]]:
    return lambda: [schedule_of(a_twin(), length) for length in months]


@pytest.mark.parametrize(("schedules", "paths"), [(of_lengths(), 16), (of_lengths(6, 7), 16), (of_lengths(6), 1), (of_lengths(6), 99_999)])
def test_what_cannot_be_simulated_is_refused_with_the_limits(schedules: Callable[[], list[Schedule]], paths: int):
    with pytest.raises(UsageError, match=r"all of the same length, and 2 to 16,?384 paths"):
        simulate(schedules(), paths, 1)


@pytest.mark.parametrize("months", [0, 121, 1000, -3])
def test_a_horizon_nobody_can_see_is_refused(months: int):
    with pytest.raises(UsageError, match="Choose 1 to 120 months"):
        schedule_of(a_twin(), months)


def test_amounts_that_could_not_be_added_up_exactly_are_refused():
    with pytest.raises(UsageError, match="too large to simulate"):
        run(a_twin(income_level_minor=10**12))
    with pytest.raises(UsageError, match="too large to simulate"):
        run(a_twin(balance_minor=-(10**14), overdraft_rate_bps=9000), 120)
