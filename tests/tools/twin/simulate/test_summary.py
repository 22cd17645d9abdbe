"""Summaries of many are those of the simulation of each, and those anybody would get with pencil and paper."""

from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given, settings

from benchmarks.twin import by_hand
from benchmarks.twin import twins as varied
from tests.tools.twin.simulate.test_simulate import twins
from tools.errors import UsageError
from tools.twin.simulate.noise import bank_of, noise_bank
from tools.twin.simulate.schedule import Schedule, schedule_of
from tools.twin.simulate.simulate import simulate
from tools.twin.simulate.summary import PERCENTILES, SummaryBlock, summaries
from tools.twin.twin import Twin

PATHS, MONTHS = 24, 12


def joined(blocks: Iterable[SummaryBlock]) -> dict[str, np.ndarray]:
    """By customer, whatever the order they came in."""
    found = list(blocks)
    order = np.argsort([schedule.twin.customer_id for block in found for schedule in block.schedules])
    names = ("percentiles", "below_zero", "below_limit", "ever_below_zero", "ever_below_limit")
    whole = {name: np.concatenate([getattr(block, name) for block in found])[order] for name in names}
    return whole | {name: np.concatenate([block.mean[name] for block in found])[order] for name in found[0].mean}


def bytes_of(blocks: Iterable[SummaryBlock]) -> dict[str, bytes]:
    return {name: values.tobytes() for name, values in joined(blocks).items()}


@pytest.fixture(scope="module")
def book() -> list[Schedule]:
    return [schedule_of(twin, MONTHS) for twin in varied(150)]


def test_they_are_the_figures_of_the_paths_themselves(book: list[Schedule]):
    told, world = joined(summaries(book, PATHS, 7)), simulate(book, PATHS, 7)
    order = np.argsort([schedule.twin.customer_id for schedule in book])
    for name in ("income", "spending", "saving", "investment", "interest", "savings_interest", "balance", "savings", "repayment", "loan"):
        np.testing.assert_allclose(told[name], getattr(world, name).mean(axis=1)[order], rtol=1e-12, atol=1e-9, err_msg=name)
    ranked = np.percentile(world.balance, PERCENTILES, axis=1, method="inverted_cdf").transpose(1, 2, 0)
    np.testing.assert_array_equal(told["percentiles"], ranked[order])
    below = world.balance < 0
    np.testing.assert_array_equal(told["below_zero"], below.mean(axis=1)[order])
    np.testing.assert_array_equal(told["ever_below_zero"], below.any(axis=2).mean(axis=1)[order])
    beyond = world.balance < -np.array([schedule.twin.overdraft_limit_minor for schedule in book])[:, None, None]
    np.testing.assert_array_equal(told["below_limit"], beyond.mean(axis=1)[order])
    np.testing.assert_array_equal(told["ever_below_limit"], beyond.any(axis=2).mean(axis=1)[order])


@settings(max_examples=25, deadline=None)
@given(twin=twins)
def test_they_are_what_a_plain_loop_finds(twin: Twin):
    schedule = schedule_of(twin, MONTHS)
    noise = noise_bank(MONTHS, PATHS, 7, bank_of(twin.customer_id)).transpose(2, 1, 0)
    (block,) = summaries([schedule], PATHS, 7)
    told = by_hand(schedule, PATHS, iter(noise.ravel().tolist()).__next__)
    np.testing.assert_array_equal(block.percentiles[0], told["percentiles"])
    for name in ("income", "spending", "saving", "investment", "interest", "savings_interest", "balance", "savings"):
        np.testing.assert_allclose(block.mean[name], told[name], rtol=1e-12, atol=1e-9, err_msg=name)
    np.testing.assert_array_equal(block.below_zero, told["below_zero"])
    np.testing.assert_array_equal(block.below_limit, told["below_limit"])
    assert [block.ever_below_zero[0], block.ever_below_limit[0]] == told["ever"][0]


def test_same_seed_same_bytes_for_any_order_block_and_number_of_threads(book: list[Schedule]):
    first = bytes_of(summaries(book, PATHS, 7))
    assert bytes_of(summaries(book[::-1], PATHS, 7)) == first
    assert bytes_of(summaries(book, PATHS, 7, at_once=7)) == first
    assert bytes_of(summaries(book, PATHS, 7, threads=2)) == first
    assert bytes_of(summaries(book, PATHS, 8)) != first


def test_they_are_handed_out_in_the_order_and_as_soon_as_they_came_in(book: list[Schedule]):
    taken = 0

    def stream() -> Iterable[Schedule]:
        nonlocal taken
        for schedule in book:
            taken += 1
            yield schedule

    blocks = summaries(stream(), PATHS, 7, at_once=50)
    first = next(iter(blocks))
    assert [schedule.twin.customer_id for schedule in first.schedules] == [schedule.twin.customer_id for schedule in book[:50]]
    assert taken == 50


def test_nobody_makes_no_block_and_absurd_numbers_are_refused(book: list[Schedule]):
    assert list(summaries([], PATHS, 7)) == []
    with pytest.raises(UsageError, match="2 to 16384 paths"):
        next(iter(summaries(book, 1, 7)))
