"""A season is told only where two years show it, and chance is not taken for one."""

from random import Random
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.twin.calendar.season import season_of, without_season

SUMMER = (0.3, 0.3, 0.5, 1.0, 1.4, 1.8, 2.1, 2.1, 1.2, 0.6, 0.3, 0.4)


def months(count: int, first: int = 1, noise: float = 0.0, seed: int = 1) -> list[int]:
    draw = Random(seed)
    return [round(100_000 * SUMMER[(first - 1 + at) % 12] * (1 + noise * draw.gauss(0, 1))) for at in range(count)]


def test_two_summers_make_a_season():
    found = season_of(months(24, noise=0.05), 1)
    assert found == pytest.approx(SUMMER, abs=0.25)
    assert fmean(found) == pytest.approx(1, abs=0.001)
    assert found.index(max(found)) in {6, 7}


def test_a_season_begins_in_january_wherever_the_history_does():
    assert season_of(months(24, first=9), 9) == pytest.approx(season_of(months(24), 1), abs=0.001)


def test_less_than_eighteen_months_say_nothing():
    assert season_of(months(17), 1) == ()
    assert season_of(months(18), 1) != ()


def test_chance_makes_no_season():
    draws = (Random(seed) for seed in range(40))
    found = [season_of([round(100_000 * (1 + 0.2 * draw.gauss(0, 1))) for _ in range(24)], 1) for draw in draws]
    assert sum(bool(each) for each in found) <= 6


def test_noise_shrinks_a_season_towards_none():
    clear, noisy = season_of(months(24, noise=0.02), 1), season_of(months(24, noise=0.35, seed=3), 1)
    assert max(noisy, default=1.0) - 1 < max(clear) - 1


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-(10**6), 10**9), max_size=24), st.integers(1, 12))
def test_any_months_give_no_season_or_twelve_factors_around_one(values: list[int], first: int):
    found = season_of(values, first)
    assert found == () or (len(found) == 12 and min(found) >= 0 and abs(fmean(found) - 1) < 0.001)


def test_taking_the_season_out_leaves_level_months():
    left = without_season(months(24), 1, SUMMER)
    assert max(left) - min(left) < 1
    assert without_season([5, 7], 1, ()) == [5.0, 7.0]
