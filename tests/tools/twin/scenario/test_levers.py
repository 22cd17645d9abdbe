"""What each kind of change does to a schedule; changes combine in any order."""

from datetime import date
from itertools import permutations
from typing import Any

import numpy as np
import pytest

from tests.tools.builders import product
from tests.tools.twin.household import fixed, household, rent, salary, scenario, tracker
from tools.errors import ScenarioError
from tools.product import Eligibility, Fee, Product, Rate
from tools.twin.scenario.annuity import loan_cost
from tools.twin.scenario.levers import apply
from tools.twin.scenario.workbench import Applied
from tools.twin.simulate.schedule import Schedule, schedule_of
from tools.twin.twin import CategoryLevel, Twin

PRODUCTS = {
    "saver": product("savings", id="saver", rates=(Rate(rate_bps=420),), access_days=90, eligibility=Eligibility(min_deposit_minor=100_000)),
    "builder": product("recurring_deposit", id="builder", rates=(Rate(rate_bps=550),), term_months_max=12, eligibility=Eligibility(max_deposit_minor=25_000)),
    "loan": product("personal_loan", id="loan", rates=(Rate(rate_bps=690, from_minor=100_000), Rate(rate_bps=590, from_minor=500_000)), term_months_min=12, term_months_max=60, fees=(Fee(name="set-up", when="at the start", amount_minor=5_000),)),
    "cover": product("insurance", id="cover", fees=(Fee(name="premium", when="monthly", amount_minor=1_200, period="month"), Fee(name="yearly", when="yearly", amount_minor=600, period="year"))),
    "card": product("credit_card", id="card", rates=(Rate(rate_bps=2490),)),
}  # fmt: skip


def applied(*changes: dict[str, Any], twin: Twin | None = None, months: int = 12) -> Applied:
    return apply(scenario(*changes), schedule_of(twin or household(), months), PRODUCTS)


def moved(found: Applied, name: str, twin: Twin | None = None) -> list[int]:
    """How an array differs from the base."""
    return (getattr(found.schedule, name) - getattr(schedule_of(twin or household(), found.schedule.months), name)).tolist()


def same(one: Schedule, other: Schedule) -> bool:
    names = ("income", "income_spread", "commitments", "discretionary", "adjustment", "saving", "investment", "one_off", "savings_rate_bps")
    credits = all(
        np.array_equal(a.instalment, b.instalment) and np.array_equal(a.rate_bps, b.rate_bps) and np.array_equal(a.drawn, b.drawn)
        for a, b in zip(one.credits, other.credits, strict=True)
    )
    return credits and all(np.array_equal(getattr(one, name), getattr(other, name)) for name in names)


def test_no_change_is_the_very_same_schedule():
    base = schedule_of(household(), 12)
    assert apply(scenario(), base).schedule is base
    assert apply(scenario({"kind": "change_of_due_date", "due_day": 31}), base).schedule is base


# -- each kind -------------------------------------------------------------------------------------------------------------------
def test_a_higher_rent_is_a_new_cost_from_its_month_on_for_as_long_as_said():
    assert moved(applied({"kind": "new_recurring_cost", "amount": 400}), "commitments") == [40_000] * 12
    later = applied({"kind": "new_recurring_cost", "amount": "12.50", "starts_in_months": 2, "months": 3})
    assert moved(later, "commitments") == [0, 0, 1_250, 1_250, 1_250, *[0] * 7]
    assert later.touched.tolist() == [False, False, True, True, True, *[False] * 7]


def test_a_cost_ends_by_category_or_by_amount():
    assert moved(applied({"kind": "ended_recurring_cost", "category": "subscriptions"}), "commitments") == [-6_000] * 12
    assert moved(applied({"kind": "ended_recurring_cost", "amount": 45}), "commitments") == [-4_500] * 12


def test_a_yearly_bill_that_ends_is_missing_in_its_month():
    insured = rent(4_000, category="insurance", every_days=365, due_day=None, amount_minor=48_000, next_on=date(2027, 8, 15))
    twin = household(commitments=(rent(), insured), commitments_minor=94_000)
    found = applied({"kind": "ended_recurring_cost", "category": "insurance"}, twin=twin)
    assert moved(found, "commitments", twin) == [0, 0, 0, 0, -48_000, *[0] * 7]


def test_spending_less_takes_from_its_category_only_and_from_wishes_first():
    less = applied({"kind": "spend_less", "percent": 50, "category": "dining"})
    assert (moved(less, "discretionary"), moved(less, "commitments")) == ([-12_000] * 12, [0] * 12)
    assert moved(applied({"kind": "spend_less", "amount": 100}), "discretionary") == [-10_000] * 12
    assert moved(applied({"kind": "spend_less", "percent": 10}), "discretionary") == [-8_400] * 12
    committed = applied({"kind": "spend_less", "amount": 60, "category": "subscriptions"})
    assert (moved(committed, "discretionary"), moved(committed, "commitments")) == ([0] * 12, [-6_000] * 12)


def test_a_seasonal_category_is_cut_where_it_is_spent():
    summer = (0, 0, 0, 0, 0, 0, 6, 6, 0, 0, 0, 0)
    twin = household(discretionary=(CategoryLevel(category="travel", monthly_minor=20_000, season=summer),))
    assert moved(applied({"kind": "spend_less", "percent": 100, "category": "travel"}, twin=twin), "discretionary", twin) == [
        0, 0, 0, -120_000, -120_000, *[0] * 7,
    ]  # fmt: skip


def test_saving_more_moves_money_aside():
    assert moved(applied({"kind": "save_more", "amount": 150}), "saving") == [15_000] * 12


def test_money_once_in_its_month_only():
    assert moved(applied({"kind": "one_off_expense", "amount": 2500}), "one_off") == [-250_000, *[0] * 11]
    assert moved(applied({"kind": "lump_sum_in", "amount": 20_000, "starts_in_months": 3}), "one_off")[3] == 2_000_000
    assert not applied({"kind": "lump_sum_in", "amount": 20_000}).touched.any()


def test_what_begins_after_the_horizon_changes_nothing():
    assert same(applied({"kind": "one_off_expense", "amount": 9, "starts_in_months": 12}).schedule, schedule_of(household(), 12))
    assert same(applied({"kind": "new_recurring_cost", "amount": 9, "starts_in_months": 99}).schedule, schedule_of(household(), 12))


def test_income_changes_by_a_share_or_an_amount():
    assert moved(applied({"kind": "income_change", "percent": -20}), "income") == [-54_000] * 12
    assert moved(applied({"kind": "income_change", "amount": -100}), "income") == [-10_000] * 12
    assert applied({"kind": "income_change", "percent": -100}).schedule.income.tolist() == [0] * 12


def test_chance_shrinks_with_income_that_is_lost_and_does_not_grow_with_more():
    half, more = (applied({"kind": "income_change", "percent": percent}).schedule for percent in (-50, 50))
    assert half.income_spread.tolist() == [4_000] * 12
    assert more.income_spread.tolist() == [8_000] * 12


def test_losing_the_job_stops_pay_for_three_months_and_nothing_else():
    found = applied({"kind": "job_loss"})
    assert moved(found, "income") == [-250_000] * 3 + [0] * 9
    assert found.assumptions == ("other_income_continues", "spending_as_before", "duration_assumed")
    assert moved(applied({"kind": "job_loss", "months": 6, "starts_in_months": 1, "amount": 80}), "income")[:2] == [0, 8_000 - 250_000]


def test_whoever_has_no_pay_loses_the_largest_regular_income_and_is_told():
    twin = household(income=(salary(200_000, category="business_income"), salary(70_000, category="other_income")))
    found = applied({"kind": "job_loss", "months": 1}, twin=twin)
    assert moved(found, "income", twin)[0] == -200_000
    assert "largest_income_taken_for_pay" in found.assumptions


@pytest.mark.parametrize("income", [(), (salary(90_000, category="pension"),)])
def test_without_regular_earnings_there_is_no_job_to_lose(income: tuple[Any, ...]):
    with pytest.raises(ScenarioError, match="Nothing regular comes in"):
        applied({"kind": "job_loss"}, twin=household(income=income))


def test_prices_compound_over_the_year_and_income_does_not_follow():
    found = applied({"kind": "inflation", "percent": 12})
    assert found.schedule.commitments[-1] == round(96_000 * 1.12)
    assert found.schedule.discretionary[5] == round(84_000 * 1.12**0.5)
    assert found.schedule.income.tolist() == [270_000] * 12
    brief = applied({"kind": "inflation", "percent": 12, "months": 6})
    assert brief.schedule.commitments[-1] == brief.schedule.commitments[5]


def test_a_new_loan_is_drawn_spent_and_repaid_by_its_schedule():
    found = applied({"kind": "new_loan", "amount": 6000, "term_months": 12, "rate_percent": 7.5, "starts_in_months": 2}, months=24)
    credit, cost = found.schedule.credits[0], loan_cost(600_000, 750, 12)
    assert found.loans == (cost,)
    assert (credit.drawn[2], credit.drawn.sum(), found.schedule.one_off[2]) == (600_000, 600_000, -600_000)
    assert (credit.instalment.sum(), credit.instalment[:2].tolist(), credit.instalment[14:].tolist()) == (
        cost.total_minor,
        [0, 0],
        [0] * 10,
    )


# -- rates -----------------------------------------------------------------------------------------------------------------------
def test_a_variable_rate_moves_at_once_and_its_end_stays():
    twin = household(credits=(tracker(),))
    credit = applied({"kind": "rate_change", "points": 2}, twin=twin).schedule.credits[0]
    assert credit.rate_bps.tolist() == [659] * 12
    assert set(credit.instalment.tolist()) == {90_106}  # 120,000 over 240 months at 6.59 %


def test_a_fixed_rate_moves_after_its_end_and_a_loan_never():
    twin = household(credits=(fixed(), tracker(kind="loan", follows_rates=False)))
    mortgage, loan = applied({"kind": "rate_change", "points": 2}, twin=twin).schedule.credits
    assert mortgage.rate_bps.tolist() == [219] * 6 + [419] * 6  # fixed until 30 September
    assert mortgage.instalment[:6].tolist() == [61_700] * 6
    assert len(set(mortgage.instalment[6:].tolist())) == 1
    assert mortgage.instalment[6] > 70_000
    assert loan.rate_bps.tolist() == [459] * 12


def test_a_rise_that_passes_ends_where_it_began():
    twin = household(credits=(tracker(),))
    credit = applied({"kind": "rate_change", "points": 2, "months": 3}, twin=twin).schedule.credits[0]
    assert credit.rate_bps.tolist() == [659] * 3 + [459] * 9
    assert (
        abs(
            int(credit.instalment[3])
            - int(schedule_of(household(credits=(tracker(instalment_minor=76_484),)), 12).credits[0].instalment[0])
        )
        < 500
    )


def test_rates_never_fall_below_nothing():
    twin = household(credits=(tracker(),), savings_rate_bps=100)
    found = applied({"kind": "rate_change", "points": -15}, twin=twin).schedule
    assert found.credits[0].rate_bps.tolist() == [0] * 12
    assert found.savings_rate_bps.tolist() == [0] * 12


def test_savings_follow_market_rates():
    assert applied({"kind": "rate_change", "points": 0.5}).schedule.savings_rate_bps.tolist() == [50] * 12
    assert "no_credit_follows_rates" in applied({"kind": "rate_change", "points": 0.5}).assumptions


def test_a_fixed_rate_ends_at_a_given_rate_or_some_points_higher():
    twin = household(credits=(fixed(),))
    assert applied({"kind": "end_of_fixed_rate", "rate_percent": 5.5}, twin=twin).schedule.credits[0].rate_bps[[5, 6]].tolist() == [
        219,
        550,
    ]
    assert applied({"kind": "end_of_fixed_rate"}, twin=twin).schedule.credits[0].rate_bps[[5, 6]].tolist() == [219, 419]


def test_a_fix_that_outlasts_the_horizon_is_said():
    twin = household(credits=(fixed(date(2030, 1, 31)),))
    found = applied({"kind": "end_of_fixed_rate"}, twin=twin)
    assert "fixed_beyond_horizon" in found.assumptions
    assert same(found.schedule, schedule_of(twin, 12))


def test_where_no_contract_says_the_end_the_instalment_says_it():
    twin = household(credits=(tracker(matures_on=None),))
    credit = applied({"kind": "rate_change", "points": 2}, twin=twin).schedule.credits[0]
    assert 85_000 < credit.instalment[0] < 95_000
    endless = household(credits=(tracker(matures_on=None, instalment_minor=1_000),))
    found = applied({"kind": "rate_change", "points": 2}, twin=endless)
    assert found.schedule.credits[0].instalment.tolist() == [1_000] * 12
    assert "instalment_as_agreed" in found.assumptions


# -- products --------------------------------------------------------------------------------------------------------------------
def test_a_deposit_earns_its_rate_on_what_is_moved_there():
    whole = applied({"kind": "product_adoption", "product": "saver"})
    assert whole.schedule.savings_rate_bps.tolist() == [420] * 12
    part = applied({"kind": "product_adoption", "product": "saver", "amount": 2500})
    assert part.schedule.savings_rate_bps.tolist() == [210] * 12
    beyond = applied({"kind": "product_adoption", "product": "saver", "amount": 6000})
    assert beyond.schedule.saving.tolist() == [100_000, *[0] * 11]
    assert "money_not_at_once" in whole.assumptions


def test_a_monthly_saver_is_paid_into_each_month():
    found = applied({"kind": "product_adoption", "product": "builder", "amount": 100}, months=18)
    assert moved(found, "saving") == [10_000] * 12 + [0] * 6


def test_a_loan_product_brings_its_rate_its_fee_and_a_term():
    found = applied({"kind": "product_adoption", "product": "loan", "amount": 6000})
    assert found.loans == (loan_cost(600_000, 590, 36),)
    assert found.schedule.one_off[0] == -605_000
    assert "term_assumed" in found.assumptions


def test_charges_of_a_product_are_paid():
    found = applied({"kind": "product_adoption", "product": "cover"}, months=13)
    assert moved(found, "commitments") == [1_200] * 13
    assert found.schedule.one_off.tolist() == [-600, *[0] * 11, -600]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"product": "loan"}, "missing"), ({"product": "loan", "amount": 500}, "out_of_range"), ({"product": "loan", "amount": 6000, "term_months": 120}, "out_of_range"),
        ({"product": "card"}, "not_simulated"), ({"product": "saver", "amount": 500}, "out_of_range"), ({"product": "saver", "amount": 50_000}, "more_than_there"),
        ({"product": "builder"}, "missing"), ({"product": "builder", "amount": 900}, "out_of_range"),
    ],
)  # fmt: skip
def test_a_product_that_does_not_take_it_says_so(change: dict[str, Any], problem: str):
    with pytest.raises(ScenarioError) as caught:
        applied({"kind": "product_adoption"} | change)
    assert caught.value.problem == problem


def test_a_product_of_another_currency_is_none():
    foreign: dict[str, Product] = {"saver": PRODUCTS["saver"].model_copy(update={"currency": "EUR"})}
    with pytest.raises(ScenarioError) as caught:
        apply(scenario({"kind": "product_adoption", "product": "saver"}), schedule_of(household(), 6), foreign)
    assert caught.value.problem == "unknown_product"


# -- together --------------------------------------------------------------------------------------------------------------------
TOGETHER = (
    {"kind": "new_recurring_cost", "amount": 400}, {"kind": "job_loss", "months": 2}, {"kind": "income_change", "percent": 10},
    {"kind": "inflation", "percent": 5}, {"kind": "rate_change", "points": 1.5}, {"kind": "end_of_fixed_rate", "rate_percent": 6},
)  # fmt: skip


def test_changes_combine_in_any_order():
    twin = household(credits=(fixed(), tracker()))
    first = applied(*TOGETHER, twin=twin)
    for order in list(permutations(TOGETHER))[::97]:
        assert same(applied(*order, twin=twin).schedule, first.schedule)


def test_what_is_done_in_percent_is_done_to_what_was_there_before():
    both = applied({"kind": "inflation", "percent": 12}, {"kind": "new_recurring_cost", "amount": 400})
    assert both.schedule.commitments[-1] == round(96_000 * 1.12) + 40_000


def test_independent_changes_add_up():
    one, other = {"kind": "new_recurring_cost", "amount": 400}, {"kind": "spend_less", "amount": 100, "category": "dining"}
    both = applied(one, other)
    for name in ("commitments", "discretionary"):
        assert moved(both, name) == [a + b for a, b in zip(moved(applied(one), name), moved(applied(other), name), strict=True)]


def test_applying_leaves_the_base_as_it_was():
    base = schedule_of(household(credits=(fixed(),)), 12)
    before = (base.commitments.tobytes(), base.credits[0].rate_bps.tobytes(), base.credits[0].instalment.tobytes())
    apply(scenario(*TOGETHER), base)
    assert (base.commitments.tobytes(), base.credits[0].rate_bps.tobytes(), base.credits[0].instalment.tobytes()) == before
