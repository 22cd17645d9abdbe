"""A scenario over many twins: counts per source and currency, the same figures whoever else is asked about."""

import pytest

from tests.tools.twin.household import fixed, household, salary, scenario, tracker
from tools.errors import ScenarioError
from tools.twin.outlook.outlook import HorizonOutlook, Outlook
from tools.twin.scenario.cohort import BLOCK, cohort_what_if
from tools.twin.scenario.what_if import what_if
from tools.twin.twin import Twin

RATES_UP = scenario({"kind": "rate_change", "points": 2})


def book() -> list[Twin]:
    return [
        household(customer_id="demo:1", credits=(tracker(),), savings_minor=0),
        household(customer_id="demo:2", credits=(fixed(),), savings_minor=0),
        household(customer_id="demo:3", savings_minor=0),
        household(customer_id="demo:4", credits=(tracker(),), savings_minor=0, balance_minor=10_000, commitments_minor=110_000),
        household(customer_id="berka:1", currency="CZK", credits=(tracker(kind="loan", follows_rates=False),), savings_minor=0),
    ]


def test_who_has_a_variable_rate_feels_it_and_who_has_none_does_not():
    found = cohort_what_if(book(), RATES_UP, 6, 64)
    assert [effect.customer_id for effect in found.effects] == ["demo:4", "demo:1"]
    czech, british = found.groups
    assert (british.clients, british.affected, british.monthly_effect_minor) == (4, 2, 73_500 - 90_106)
    assert (czech.source, czech.currency, czech.affected, czech.monthly_effect_minor) == ("berka", "CZK", 0, None)


def test_a_client_gets_the_figures_of_the_single_what_if():
    twin = book()[0]
    one = what_if(twin, RATES_UP, 6, 64)
    among = next(effect for effect in cohort_what_if(book(), RATES_UP, 6, 64).effects if effect.customer_id == twin.customer_id)
    assert (among.monthly_effect_minor, among.end_minor) == (one.monthly_effect_minor, one.then.end.p50_minor)
    assert (among.below_zero, among.below_zero_before) == (one.then.below_zero, one.base.below_zero)


def test_what_accounts_in_general_teach_of_a_client_moves_it_as_in_the_single_what_if():
    twin, cost = book()[0], scenario({"kind": "new_recurring_cost", "amount": 100})
    horizons = tuple(HorizonOutlook(months=month, p10_minor=-50_000, p50_minor=20_000, p90_minor=90_000) for month in range(1, 7))
    taught = Outlook(as_of=twin.as_of, horizons=horizons, learned_months=6, accounts=40, origins=9)
    one = what_if(twin, cost, 6, 64, outlook=taught)
    plain, moved = (cohort_what_if(book(), cost, 6, 64, outlooks=outlooks).effects for outlooks in (None, {twin.customer_id: taught}))
    among = next(effect for effect in moved if effect.customer_id == twin.customer_id)
    assert (among.end_before_minor, among.end_minor) == (20_000, one.then.end.p50_minor)
    assert (among.below_zero, among.below_zero_before) == (one.then.below_zero, one.base.below_zero)
    assert {effect.customer_id: effect for effect in plain} | {among.customer_id: among} == {each.customer_id: each for each in moved}


def test_falling_below_zero_on_the_middle_path_is_counted_before_and_after():
    found = cohort_what_if(book(), scenario({"kind": "new_recurring_cost", "amount": 1500}), 6, 64)
    british = next(group for group in found.groups if group.source == "demo")
    assert (british.below_zero_before, british.below_zero) == (0, 4)
    assert british.at_risk >= british.below_zero


def test_to_whom_it_does_not_apply_is_counted_apart():
    pensioner = household(customer_id="demo:9", income=(salary(90_000, category="pension"),))
    found = cohort_what_if([*book(), pensioner], scenario({"kind": "job_loss"}), 6, 64)
    assert next(group for group in found.groups if group.source == "demo").not_applicable == 1
    assert not [effect for effect in found.effects if effect.customer_id == "demo:9"]


def test_what_is_impossible_for_anybody_is_refused():
    with pytest.raises(ScenarioError, match="out of range"):
        cohort_what_if(book(), scenario({"kind": "rate_change", "points": 99}), 6, 64)


def test_blocks_and_order_change_no_figure():
    many = [household(customer_id=f"demo:{number}", balance_minor=1_000 * number) for number in range(BLOCK + 3)]
    cost = scenario({"kind": "new_recurring_cost", "amount": 950})
    assert cohort_what_if(many, cost, 3, 16).effects == cohort_what_if(many[::-1], cost, 3, 16).effects


def test_nobody_is_an_answer_too():
    found = cohort_what_if([], RATES_UP, 6, 64)
    assert (found.groups, found.effects) == ((), ())
