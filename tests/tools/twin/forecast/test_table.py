"""Every row of the table adds up to the minor unit, for one course of events and for the mean of many."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.twin import twins as varied
from tests.tools.twin.simulate.test_simulate import a_loan, a_twin, twins
from tools.errors import UsageError
from tools.twin.forecast.forecast import balance_forecast, base_paths
from tools.twin.forecast.table import MONEY, RANGE, TableBlock, course_table, mean_table
from tools.twin.outlook.outlook import HorizonOutlook, Outlook
from tools.twin.simulate.schedule import Schedule, schedule_of
from tools.twin.simulate.simulate import simulate, simulate_course
from tools.twin.twin import Twin

MONTHS = 12


def assert_adds_up(block: TableBlock, starts: list[Twin]) -> None:
    money = {column: values.reshape(len(starts), -1) for column, values in block.money.items()}
    moved = money["income"] + money["loan_paid_out"] + money["interest"]
    moved = moved - money["spending"] - money["savings"] - money["investments"] - money["loan_repayment"]
    np.testing.assert_array_equal(money["balance"], money["balance_before"] + moved)
    np.testing.assert_array_equal(money["balance_before"][:, 1:], money["balance"][:, :-1])
    np.testing.assert_array_equal(money["balance_before"][:, 0], [twin.balance_minor for twin in starts])
    saved = np.cumsum(money["savings"] + money["savings_interest"], axis=1)
    np.testing.assert_array_equal(money["savings_balance"], [[twin.savings_minor] for twin in starts] + saved)
    owed = np.cumsum(money["loan_paid_out"] + money["loan_interest"] - money["loan_repayment"], axis=1)
    np.testing.assert_array_equal(money["remaining_loan_balance"], [[twin.outstanding_minor] for twin in starts] + owed)
    assert money["remaining_loan_balance"].min() >= 0


@settings(max_examples=40, deadline=None)
@given(book=st.lists(twins, min_size=1, max_size=5), seed=st.integers(0, 3), paths=st.sampled_from([None, 2, 16]))
def test_every_row_adds_up_to_the_minor_unit(book: list[Twin], seed: int, paths: int | None):
    schedules = [schedule_of(twin, MONTHS) for twin in book]
    (block,) = course_table(schedules, seed) if paths is None else mean_table(schedules, paths, seed)
    assert_adds_up(block, book)


def test_the_test_of_adding_up_can_fail():
    (block,) = course_table([schedule_of(a_twin(), 3)], 7)
    block.money["spending"][1] += 1
    with pytest.raises(AssertionError):
        assert_adds_up(block, [a_twin()])


def test_rows_go_by_customer_and_month_with_their_day_and_persona():
    (block,) = course_table([schedule_of(a_twin(persona="spender"), 2), schedule_of(a_twin(customer_id="demo:2", currency="EUR"), 2)], 7)
    assert block.customer_id == ["demo:1", "demo:1", "demo:2", "demo:2"]
    assert block.month == [1, 2, 1, 2]
    assert block.ends_on[:2] == [date(2027, 4, 30), date(2027, 5, 31)]
    assert block.persona == ["spender", "spender", "saver", "saver"]
    assert block.currency == ["GBP", "GBP", "EUR", "EUR"]
    assert set(block.money) == set(MONEY)


def test_nobody_without_a_loan_repays_one():
    (block,) = course_table([schedule_of(a_twin(), 3), schedule_of(a_twin(credits=(a_loan(),)), 3)], 7)
    assert block.money["loan_repayment"].tolist() == [0, 0, 0, 20_000, 20_000, 10_000]
    assert block.money["remaining_loan_balance"].tolist() == [0, 0, 0, 30_000, 10_000, 0]


def test_a_course_is_the_same_alone_in_company_and_in_any_block():
    book = [schedule_of(twin, 6) for twin in varied(40)]
    together = np.concatenate([block.money["balance"] for block in course_table(book, 7)])
    in_blocks = np.concatenate([block.money["balance"] for block in course_table(book, 7, at_once=7)])
    alone = np.concatenate([simulate_course([schedule], 7).balance.ravel() for schedule in book])
    assert together.tobytes() == in_blocks.tobytes() == alone.tobytes()
    assert together.tobytes() != np.concatenate([block.money["balance"] for block in course_table(book, 8)]).tobytes()


def test_no_two_customers_share_their_luck():
    same = [schedule_of(a_twin(customer_id=f"demo:{number}"), 1) for number in range(300)]
    (block,) = course_table(same, 7)
    assert len(np.unique(block.money["income"])) > 250


def test_courses_scatter_as_the_levels_say():
    same = [schedule_of(a_twin(customer_id=f"demo:{number}"), 1) for number in range(2000)]
    (block,) = course_table(same, 7)
    assert block.money["income"].mean() == pytest.approx(250_000, rel=0.01)
    assert block.money["income"].std() == pytest.approx(20_000, rel=0.05)


def test_a_mean_is_that_of_the_paths_with_their_range():
    book = [schedule_of(twin, 6) for twin in varied(20)]
    (block,), world = mean_table(book, 64, 7), simulate(book, 64, 7)
    np.testing.assert_allclose(block.money["balance"].reshape(20, 6), world.balance.mean(axis=1), atol=5)
    np.testing.assert_allclose(block.money["income"].reshape(20, 6), world.income.mean(axis=1), atol=1)
    ranked = np.percentile(world.balance, (10, 50, 90), axis=1, method="inverted_cdf")
    for column, values in zip(RANGE, ranked, strict=True):
        np.testing.assert_array_equal(block.money[column].reshape(20, 6), values)


def test_a_scenario_changes_what_it_changes_and_nothing_else():
    def dearer(schedule: Schedule) -> Schedule:
        return schedule.changed(commitments=schedule.commitments + 10_000)

    book = [schedule_of(twin, 6) for twin in varied(30)]
    for base, then in (
        (course_table(book, 7), course_table(book, 7, changed=dearer)),
        (mean_table(book, 64, 7), mean_table(book, 64, 7, changed=dearer)),
    ):
        (before,), (after,) = base, then
        np.testing.assert_allclose(after.money["income"], before.money["income"], atol=10_000)
        lost = (before.money["balance"] + before.money["savings_balance"]) - (after.money["balance"] + after.money["savings_balance"])
        assert (lost.reshape(30, 6)[:, 0] >= 0).all()
        assert lost.max() > 0
    for base, then in ((course_table(book, 7), course_table(book, 7, changed=lambda schedule: schedule)),
                       (mean_table(book, 64, 7), mean_table(book, 64, 7, changed=lambda schedule: schedule))):  # fmt: skip
        (before,), (after,) = base, then
        assert all(before.money[column].tobytes() == after.money[column].tobytes() for column in before.money)


def test_paths_that_make_no_mean_are_refused():
    with pytest.raises(UsageError, match="2 to 16384 paths"):
        next(mean_table([schedule_of(a_twin(), 1)], 0, 7))


# -- what accounts in general teach ----------------------------------------------------------------------------------------------
def taught(*horizons: tuple[int, int, int]) -> Outlook:
    months = [
        HorizonOutlook(months=month, p10_minor=low, p50_minor=middle, p90_minor=high)
        for month, (low, middle, high) in enumerate(horizons, start=1)
    ]
    return Outlook(as_of=a_twin().as_of, horizons=tuple(months), learned_months=len(months), accounts=40, origins=9)


OUTLOOK = taught((10_000, 90_000, 200_000), (-30_000, 80_000, 260_000))


def test_the_means_are_over_the_paths_of_the_balance_forecast():
    told = balance_forecast(a_twin(), 4, 64, outlook=OUTLOOK)
    (block,) = mean_table([schedule_of(a_twin(), 4)], 64, 7, outlooks={"demo:1": OUTLOOK})
    assert_adds_up(block, [a_twin()])
    for column in RANGE:
        assert block.money[column].tolist() == [getattr(month, f"{column[-3:]}_minor") for month in told.months]


def test_a_scenario_differs_from_the_taught_base_by_itself_alone():
    schedules = [schedule_of(a_twin(), 4), schedule_of(a_twin(customer_id="demo:2"), 4)]

    def poorer(schedule: Schedule) -> Schedule:
        return schedule.changed(income=schedule.income - 10_000)

    outlooks = {"demo:1": OUTLOOK}
    before = base_paths(schedules, 32, 7, [OUTLOOK, None])
    after = simulate([poorer(one) for one in schedules], 32, 7, before.unplanned)
    (block,) = mean_table(schedules, 32, 7, changed=poorer, outlooks=outlooks)
    middle = np.percentile(after.balance, 50, axis=1, method="inverted_cdf").ravel()
    np.testing.assert_array_equal(block.money["balance_p50"], middle)


def test_one_course_adds_up_and_falls_where_the_outlook_says_in_8_of_10_customers():
    book = [a_twin(customer_id=f"demo:{number}") for number in range(300)]
    schedules = [schedule_of(twin, 3) for twin in book]
    (block,) = course_table(schedules, 7, outlooks={twin.customer_id: OUTLOOK for twin in book[:200]})
    (alone,) = course_table(schedules, 7)
    assert_adds_up(block, book)
    balance, model = (of.money["balance"].reshape(300, 3) for of in (block, alone))
    np.testing.assert_array_equal(balance[200:], model[200:])
    for month, (low, _, high) in enumerate([(10_000, 0, 200_000), (-30_000, 0, 260_000)]):
        assert 0.7 < np.mean((balance[:200, month] >= low) & (balance[:200, month] <= high)) < 0.9
        assert np.corrcoef(balance[:200, month], model[:200, month])[0, 1] > 0.9


def test_a_course_without_any_chance_goes_to_the_middle():
    sure = a_twin(income_sd_minor=0, spending_sd_minor=0)
    (block,) = course_table([schedule_of(sure, 2)], 7, outlooks={"demo:1": OUTLOOK})
    assert block.money["balance"].tolist() == pytest.approx([90_000, 80_000], abs=1_000)
