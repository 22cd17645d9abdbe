"""One twin with and without a scenario: the difference is the scenario's alone, and it is told honestly."""

from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools.twin.household import AS_OF, fixed, household, scenario, tracker
from tools.errors import UsageError
from tools.twin.outlook.outlook import HorizonOutlook, Outlook
from tools.twin.scenario.annuity import loan_cost
from tools.twin.scenario.levers import apply
from tools.twin.scenario.what_if import WhatIf, what_if
from tools.twin.simulate.schedule import schedule_of
from tools.twin.simulate.simulate import simulate
from tools.twin.twin import Twin

PATHS = 64
#: Whoever neither saves nor pays interest on an overdraft meets no clamp, so that effects add up exactly.
money = st.integers(0, 10**8)
twins = st.builds(
    household,
    balance_minor=st.integers(-(10**7), 10**8),
    savings_minor=money,
    saving_minor=st.integers(-50_000, 50_000),
    investment_minor=st.integers(0, 20_000),
    overdraft_rate_bps=st.integers(0, 4000),
    reversion=st.floats(0, 1),
    balance_level_minor=money,
    credits=st.sampled_from([(), (tracker(),), (fixed(), tracker())]),
)


def ran(*changes: dict[str, Any], twin: Twin | None = None, months: int = 6, **more: Any) -> WhatIf:
    return what_if(twin or household(), scenario(*changes), months, PATHS, **more)


# -- properties ------------------------------------------------------------------------------------------------------------------
@settings(max_examples=25, deadline=None)
@given(twin=twins, seed=st.integers(0, 5))
def test_a_scenario_of_nothing_changes_nothing(twin: Twin, seed: int):
    found = what_if(twin, scenario(), 6, PATHS, seed)
    assert found.base == found.then
    assert all(month.base == month.scenario and month.difference.low_minor == month.difference.high_minor == 0 for month in found.months)
    assert (found.monthly_effect_minor, found.direction) == (0, "same")


@settings(max_examples=25, deadline=None)
@given(twin=twins)
def test_the_base_run_again_with_its_own_unplanned_part_is_the_base(twin: Twin):
    schedule = schedule_of(twin, 6)
    base = simulate([schedule], PATHS, 7)
    again = simulate([schedule], PATHS, 7, base.unplanned)
    assert base.balance.tobytes() == again.balance.tobytes()
    assert base.savings.tobytes() == again.savings.tobytes()


@settings(max_examples=40, deadline=None)
@given(twin=twins, amount=st.integers(1, 5_000), start=st.integers(0, 5))
def test_more_income_never_lowers_the_balance_and_a_new_cost_never_raises_it(twin: Twin, amount: int, start: int):
    more = ran({"kind": "income_change", "amount": amount, "starts_in_months": start}, twin=twin)
    cost = ran({"kind": "new_recurring_cost", "amount": amount, "starts_in_months": start}, twin=twin)
    for better, worse in zip(more.months, cost.months, strict=True):
        assert better.scenario.p50_minor >= better.base.p50_minor
        assert worse.scenario.p50_minor <= worse.base.p50_minor
        assert better.difference.low_minor >= 0 >= worse.difference.high_minor


@settings(max_examples=30, deadline=None)
@given(cost=st.integers(1, 900), less=st.integers(1, 200), sum_in=st.integers(1, 9_000))
def test_effects_add_where_nothing_is_clamped(cost: int, less: int, sum_in: int):
    changes: tuple[dict[str, Any], ...] = (
        {"kind": "new_recurring_cost", "amount": cost, "starts_in_months": 1}, {"kind": "spend_less", "amount": less, "category": "dining"},
        {"kind": "lump_sum_in", "amount": sum_in},
    )  # fmt: skip
    alone = [ran(change).effect_end for change in changes]
    together = ran(*changes).effect_end
    assert together.middle_minor == sum(effect.middle_minor for effect in alone) == together.low_minor == together.high_minor


@settings(max_examples=30, deadline=None)
@given(amount=st.integers(1, 60_000), rate=st.floats(0, 40), term=st.integers(1, 24))
def test_a_loan_costs_what_its_schedule_says(amount: int, rate: float, term: int):
    change = {"kind": "new_loan", "amount": amount, "term_months": term, "rate_percent": round(rate, 2)}
    schedule = apply(scenario(change), schedule_of(household(), 24)).schedule
    world = simulate([schedule], 2, 7)
    cost = loan_cost(amount * 100, round(100 * round(rate, 2)), term)
    assert (int(world.repayment.sum()), int(world.loan_interest.sum())) == (cost.total_minor, cost.interest_minor)
    assert (int(world.drawn.sum()), int(world.loan[0, 0, term - 1])) == (cost.drawn_minor, 0)
    assert ran(change).loans == (cost,)


def test_the_order_of_the_changes_is_of_no_matter():
    changes = ({"kind": "job_loss"}, {"kind": "inflation", "percent": 8}, {"kind": "new_recurring_cost", "amount": 50})
    one, other = ran(*changes), ran(*reversed(changes))
    assert (one.months, one.then) == (other.months, other.then)


def test_same_seed_same_answer():
    assert ran({"kind": "job_loss"}) == ran({"kind": "job_loss"})
    assert ran({"kind": "job_loss"}).months != ran({"kind": "job_loss"}, seed=8).months


# -- what is told ----------------------------------------------------------------------------------------------------------------
def test_a_bearable_rent_holds_and_one_that_eats_the_reserves_is_carried_by_them():
    holds, eats = (ran({"kind": "new_recurring_cost", "amount": amount}, months=12) for amount in (400, 1_000))
    assert (holds.verdict, holds.direction, holds.monthly_effect_minor) == ("holds", "worse", -40_000)
    assert (holds.base.left_over_minor, holds.then.left_over_minor) == (90_000, 50_000)
    assert (eats.verdict, eats.then.left_over_minor) == ("on_reserves", -10_000)


def test_savings_that_must_carry_it_are_not_called_tight():
    found = ran({"kind": "one_off_expense", "amount": 6_000}, twin=household(savings_minor=2_000_000))
    assert found.verdict == "on_reserves"
    assert found.then.lowest_minor < 0 < found.then.total_end_minor


def swinging(savings: int) -> WhatIf:
    """A rent that leaves the middle path just above zero, where spending swings by a month's rent."""
    wild = household(savings_minor=savings, balance_minor=60_000, spending_sd_minor=60_000, reversion=0)
    return ran({"kind": "new_recurring_cost", "amount": 860}, twin=wild, months=12)


def test_an_account_that_is_likely_below_zero_needs_its_savings_though_no_month_of_the_middle_path_does():
    found = swinging(2_000_000)
    assert found.then.lowest_minor >= 0
    assert found.then.below_zero >= 0.5
    assert found.then.used_up < 0.1
    assert found.verdict == "on_reserves"


def test_what_is_more_likely_used_up_than_not_does_not_hold():
    found = swinging(0)
    assert found.then.lasts_months is None
    assert found.then.used_up >= 0.5
    assert found.verdict == "does_not_hold"


def test_a_notable_chance_below_zero_is_tight_whatever_is_saved():
    wild = household(savings_minor=2_000_000, balance_minor=150_000, spending_sd_minor=60_000)
    found = ran({"kind": "new_recurring_cost", "amount": 800}, twin=wild, months=6)
    assert 0.1 <= found.then.below_zero < 0.5
    assert found.verdict == "tight"


def test_when_everything_is_used_up_it_does_not_hold_and_how_long_it_lasts_is_told():
    found = ran({"kind": "job_loss", "months": 12}, months=12)
    assert found.verdict == "does_not_hold"
    # 8,000 and 200 a month against 1,800: it lasts just five months.
    assert found.then.lasts_months in {4, 5}
    assert found.base.lasts_months is None
    assert found.then.first_month_at_risk is not None


def test_a_lump_sum_is_better_and_saving_more_moves_without_changing_the_sum():
    better = ran({"kind": "lump_sum_in", "amount": 5_000})
    assert (better.direction, better.total_effect_end.middle_minor, better.monthly_effect_minor) == ("better", 500_000, 0)
    moved = ran({"kind": "save_more", "amount": 150})
    assert (moved.direction, moved.then.savings_end_minor - moved.base.savings_end_minor) == ("same", 90_000)
    assert moved.effect_end.middle_minor == -90_000


def test_a_dearer_mortgage_shows_its_payment():
    found = ran({"kind": "rate_change", "points": 2}, twin=household(credits=(tracker(),)))
    assert (found.base.instalments_minor, found.then.instalments_minor) == (73_500, 90_106)
    assert found.monthly_effect_minor == 73_500 - 90_106


def test_the_end_of_a_fix_is_measured_from_its_end_on():
    found = ran({"kind": "end_of_fixed_rate", "rate_percent": 5.5}, twin=household(credits=(fixed(),)), months=12)
    assert found.monthly_effect_minor == found.base.instalments_minor - found.then.instalments_minor


def test_a_passing_change_is_measured_while_it_lasts():
    found = ran({"kind": "new_recurring_cost", "amount": 100, "starts_in_months": 2, "months": 2})
    assert found.monthly_effect_minor == -10_000
    assert [month.difference.middle_minor for month in found.months] == [0, 0, -10_000, -20_000, -20_000, -20_000]


def test_chances_and_figures_are_those_of_the_paths():
    twin = household(balance_minor=20_000, savings_minor=0)
    found = ran({"kind": "new_recurring_cost", "amount": 900}, twin=twin)
    schedule = schedule_of(twin, 6)
    base = simulate([schedule], PATHS, 7)
    after = simulate([apply(scenario({"kind": "new_recurring_cost", "amount": 900}), schedule).schedule], PATHS, 7, base.unplanned)
    assert found.then.below_zero == float((after.balance[0] < 0).any(axis=1).mean())
    assert found.months[-1].scenario.p10_minor == int(np.sort(after.balance[0, :, -1])[-(-PATHS // 10) - 1])
    assert found.months[-1].ends_on == date(2027, 9, 30)


def test_an_outlook_moves_the_base_and_the_scenario_differs_from_it_by_itself_alone():
    horizons = tuple(HorizonOutlook(months=n, p10_minor=100_000, p50_minor=250_000, p90_minor=400_000) for n in range(1, 7))
    outlook = Outlook(as_of=AS_OF, horizons=horizons, learned_months=6, accounts=10, origins=3)
    found = ran({"kind": "new_recurring_cost", "amount": 100}, outlook=outlook)
    assert found.months[-1].base.p50_minor == 250_000
    assert found.months[-1].difference.middle_minor == -60_000


@pytest.mark.parametrize("months", [0, -3, 1000])
def test_a_horizon_out_of_reach_says_what_is_possible(months: int):
    with pytest.raises(UsageError, match="1 to 120 months") as caught:
        ran({"kind": "job_loss"}, months=months)
    assert caught.value.code == "bad_horizon"


def test_amounts_keep_their_pennies():
    found = ran({"kind": "one_off_expense", "amount": Decimal("12.34")})
    assert found.effect_end.middle_minor == -1_234


def test_what_is_taken_for_granted_is_said():
    assert "short_history_uses_typical_customer" in ran({"kind": "job_loss"}, twin=household(prior_weight=0.5)).assumptions
    assert ran({"kind": "job_loss"}).assumptions[-1] == "within_month_dips_not_shown"
    assert "put_aside_as_before" in ran({"kind": "job_loss"}, twin=household(saving_minor=10_000)).assumptions
