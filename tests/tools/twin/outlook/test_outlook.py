"""The outlook says where a balance will be, from the pool before the cutoff or by the rule alone."""

import json
from datetime import date

import numpy as np
import pytest

from tests.tools.twin.pool import UNTIL, booked, pool
from tools.errors import UsageError
from tools.twin.daily.daily_scale import BUILT_IN, own_scale
from tools.twin.outlook.calibrate import fit_priors
from tools.twin.outlook.outlook import DEPTH, FEATURES, LEAVES, SPLITS, Forest, Outlook, Priors, outlook, outlooks, stretch, temper
from tools.twin.outlook.panel import AccountPanel, panel_from


@pytest.fixture(scope="module")
def priors() -> Priors:
    return fit_priors(pool(), UNTIL, 6)


def deposit(amount: int, windfall: int = 0) -> AccountPanel:
    """An account that pays in and out the same every month; the last month may bring something on top."""
    days = [date(2025, month, 10).toordinal() for month in range(1, 13)]
    amounts = [amount if at % 2 == 0 else -amount for at in range(24)]
    amounts[-2] += windfall
    made = panel_from("1", "GBP", [day for day in days for _ in range(2)], amounts, np.cumsum(amounts).tolist(), ["other"] * 24, UNTIL)
    assert made is not None
    return made


def ordered(one: Outlook) -> bool:
    return all(at.p10_minor < at.p50_minor < at.p90_minor for at in one.horizons)


def test_every_month_up_to_the_horizon_has_its_interval(priors: Priors):
    for given in (None, priors):
        one = outlook(given, booked(1).panel(), 6)
        assert [at.months for at in one.horizons] == [1, 2, 3, 4, 5, 6]
        assert one.as_of == UNTIL
        assert ordered(one)


def test_priors_of_before_know_of_no_days_and_get_the_built_in_ones(priors: Priors):
    stored = json.loads(priors.model_dump_json())
    del stored["days"]
    assert Priors.model_validate(stored) == priors
    learnt = BUILT_IN.model_copy(update={"cases": 7})
    kept = Priors.model_validate_json(priors.model_copy(update={"days": learnt}).model_dump_json())
    panel = booked(1).panel()
    assert outlook(kept, panel, 1).daily == own_scale(panel.balance, learnt)
    assert outlook(None, panel, 1).daily == own_scale(panel.balance, BUILT_IN)


def test_it_says_what_it_was_learned_from(priors: Priors):
    learned, built_in = outlook(priors, booked(1).panel(), 3), outlook(None, booked(1).panel(), 3)
    assert (learned.accounts, learned.origins, learned.learned_months) == (40, priors.origins, 6)
    assert (built_in.accounts, built_in.origins, built_in.learned_months) == (0, 0, 0)


def test_beyond_what_was_learned_the_interval_keeps_growing(priors: Priors):
    long = outlook(priors, booked(2).panel(), 18).horizons
    width = [at.p90_minor - at.p10_minor for at in long]
    assert width[5] < width[11] < width[17]


def test_an_account_does_not_depend_on_who_is_asked_with_it(priors: Priors):
    panels = pool(10)
    together = outlooks(priors, panels, 3)
    assert together == [outlook(priors, panel, 3) for panel in panels]
    assert outlooks(priors, panels[::-1], 3) == together[::-1]


def test_in_a_hundred_times_smaller_unit_the_rule_says_a_hundred_times_as_much():
    for number in range(1, 9):
        one, hundredfold = (outlook(None, booked(number).panel(factor=factor), 6) for factor in (1, 100))
        for small, large in zip(one.horizons, hundredfold.horizons, strict=True):
            assert abs(large.p50_minor - 100 * small.p50_minor) <= 50
            assert abs(large.p90_minor - 100 * small.p90_minor) <= 50


def test_without_a_pool_the_balance_stays_and_a_windfall_is_spent():
    steady, lucky = outlook(None, deposit(10_000), 6).horizons, outlook(None, deposit(10_000, windfall=5_000), 6).horizons
    assert steady[0].p50_minor == steady[-1].p50_minor == 0
    assert 5_000 > lucky[0].p50_minor > lucky[-1].p50_minor > 0


def test_size_counts_only_beside_accounts_of_the_same_currency(priors: Priors):
    same = booked(4).panel()
    other = AccountPanel("4", "EUR", same.first_day, same.balance, same.flows, same.bookings)
    tenfold = booked(4).panel(factor=10)
    foreign = AccountPanel("4", "JPY", tenfold.first_day, tenfold.balance, tenfold.flows, tenfold.bookings)
    small, large = (outlook(priors, panel, 3).horizons[-1] for panel in (other, foreign))
    assert abs(large.p50_minor - 10 * small.p50_minor) <= 5


def test_priors_are_plain_numbers_that_survive_json(priors: Priors):
    again = Priors.model_validate_json(priors.model_dump_json())
    assert again == priors
    assert outlook(again, booked(5).panel(), 6) == outlook(priors, booked(5).panel(), 6)


def test_priors_that_know_later_days_are_refused(priors: Priors):
    with pytest.raises(UsageError, match="see the future") as refused:
        outlook(priors, booked(1).panel(date(2025, 12, 30)), 3)
    assert refused.value.code == "future_priors"


@pytest.mark.parametrize("months", [0, 25, 1000])
def test_a_horizon_out_of_range_is_refused(months: int):
    with pytest.raises(UsageError, match="1 to 24") as refused:
        outlook(None, booked(1).panel(), months)
    assert refused.value.code == "bad_horizon"


def test_a_tree_is_walked_from_its_root_to_the_leaf():
    thresholds = (0.0, -1.0, 1.0, *[9.0] * 4)
    forest = Forest(quantile=0.5, intercept=100.0, features=(0, 1, 2, *[0] * 4), thresholds=thresholds, leaves=tuple(range(LEAVES)))
    rows = np.zeros((3, len(FEATURES)), dtype=np.float32)
    rows[0, :2] = -5, -5
    rows[1, :2] = -5, 5
    rows[2, :3] = 0, 0, 5
    assert SPLITS == 2**DEPTH - 1
    assert forest.predict(rows).tolist() == [100, 102, 106]


def test_a_stretch_leaves_the_middle_and_never_closes_a_side():
    wide = stretch(np.array([[-1.0, 0.0, 2.0], [0.0, 0.0, 0.0]]), 2.0, 0.5)
    assert wide.tolist() == [[-2.0, 0.0, 1.0], [-0.4, 0.0, 0.1]]


def test_a_large_pool_knows_its_widths_and_a_small_one_borrows_them():
    learned = np.array([[-8.0, 0.0, 8.0]])
    small, large = (temper(learned, 1, accounts)[0] for accounts in (1, 1_000_000))
    assert large.tolist() == pytest.approx([-8, 0, 8], rel=1e-3)
    assert small[1] == 0
    assert -1 < small[0] < 0 < small[2] < 1.5
