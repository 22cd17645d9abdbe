"""Arrivals and their rhythm: the usual gap, and by how much the latest were late."""

import numpy as np
import pytest
from numpy.typing import NDArray

from tools.stress.channel import WINDOW_DAYS
from tools.stress.families.arrivals import Arrivals, arrivals


def came(*days_ago: int) -> Arrivals:
    """One customer to whom something came these days before the last one."""
    mask = np.zeros((1, WINDOW_DAYS), dtype=np.bool_)
    mask[0, [WINDOW_DAYS - 1 - ago for ago in days_ago]] = True
    return arrivals(mask)


def only(values: NDArray[np.float64]) -> float:
    return float(values[0])


def test_the_usual_gap_is_the_median_and_needs_three_gaps():
    assert only(came(5, 35, 65, 95, 130).usual_gap) == 30
    assert np.isnan(only(came(5, 35, 65).usual_gap))
    assert np.isnan(only(came().usual_gap))


def test_lateness_is_the_worst_of_the_latest_gaps_and_the_open_one():
    assert only(came(40, 70, 100, 130).days_late(60)) == 10
    assert only(came(2, 47, 77, 107, 137).days_late(60)) == 15
    assert only(came(2, 32, 77, 107, 137, 167).days_late(30)) == 0


def test_each_late_arrival_halves_every_week_from_the_day_it_came():
    late = came(7, 52, 82, 112, 142)
    assert only(late.late_lately(3)) == pytest.approx(0.5)
    assert only(late.late_lately(20)) == 0
    assert only(came(45, 75, 105, 135).late_lately(3)) == 1


def test_what_comes_on_the_dot_is_regular():
    assert only(came(0, 30, 60, 90).irregularity) == 0
    assert only(came(0, 40, 60, 90).irregularity) == pytest.approx(100 * 20 / 90)


def test_only_the_latest_are_kept_and_in_order():
    daily = came(*range(0, 60, 3))
    assert daily.at.shape == (1, 14)
    assert daily.at[0].tolist() == sorted(daily.at[0].tolist())
    assert only(daily.open_gap) == 0


def test_customers_do_not_mix():
    mask = np.zeros((3, WINDOW_DAYS), dtype=np.bool_)
    mask[0, [10, 40, 70, 100]] = True
    mask[2, [20, 27, 34, 41]] = True
    found = arrivals(mask)
    assert found.usual_gap[[0, 2]].tolist() == [30, 7]
    assert np.isnan(found.usual_gap[1])
