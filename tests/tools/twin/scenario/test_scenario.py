"""What each kind of change takes: every file holds together, and absurd values are refused with what is possible."""

from decimal import Decimal
from typing import Any, get_args

import pytest

from tests.tools.twin.household import household, scenario
from tools.errors import MoneyError, ScenarioError
from tools.twin.scenario.levers import LEVERS, apply
from tools.twin.scenario.recipe import NAMES, checked, recipes
from tools.twin.scenario.scenario import Change, ChangeKind, Problem
from tools.twin.simulate.schedule import schedule_of


def test_every_kind_has_its_file_and_every_file_is_a_kind():
    assert set(recipes()) == set(get_args(ChangeKind))


@pytest.mark.parametrize("kind", get_args(ChangeKind))
def test_a_file_names_only_parameters_and_levers_that_exist(kind: ChangeKind):
    recipe = recipes()[kind]
    assert set(recipe.parameters) <= set(NAMES)
    assert {*recipe.any_of, *recipe.one_of} <= set(recipe.parameters)
    for lever in recipe.levers:
        assert lever.target in LEVERS
        assert lever.parameter is None or lever.parameter in recipe.parameters
    assert recipe.assumptions


IMPOSSIBLE: list[tuple[dict[str, Any], Problem, str | None]] = [
    ({"kind": "new_recurring_cost", "amount": Decimal("1e12")}, "out_of_range", "amount"),
    ({"kind": "new_recurring_cost", "amount": 0}, "out_of_range", "amount"),
    ({"kind": "new_recurring_cost", "amount": -400}, "out_of_range", "amount"),
    ({"kind": "new_recurring_cost"}, "missing", "amount"),
    ({"kind": "new_recurring_cost", "amount": 400, "points": 2}, "not_taken", "points"),
    ({"kind": "new_recurring_cost", "amount": 400, "months": 0}, "out_of_range", "months"),
    ({"kind": "new_recurring_cost", "amount": 400, "starts_in_months": -1}, "out_of_range", "starts_in_months"),
    ({"kind": "ended_recurring_cost"}, "missing", "category"),
    ({"kind": "ended_recurring_cost", "category": "yachts"}, "unknown_category", "category"),
    ({"kind": "ended_recurring_cost", "category": "childcare"}, "nothing_spent_there", None),
    ({"kind": "ended_recurring_cost", "amount": 5000}, "more_than_there", "amount"),
    ({"kind": "spend_less"}, "missing", "amount"),
    ({"kind": "spend_less", "amount": 10, "percent": 10}, "both_given", "percent"),
    ({"kind": "spend_less", "percent": -100}, "out_of_range", "percent"),
    ({"kind": "spend_less", "percent": 101, "category": "dining"}, "out_of_range", "percent"),
    ({"kind": "spend_less", "amount": 241, "category": "dining"}, "more_than_there", "amount"),
    ({"kind": "spend_less", "amount": 10, "category": "salary"}, "nothing_spent_there", None),
    ({"kind": "spend_less", "amount": 10, "category": "yachts"}, "unknown_category", "category"),
    ({"kind": "save_more"}, "missing", "amount"),
    ({"kind": "save_more", "amount": -1}, "out_of_range", "amount"),
    ({"kind": "one_off_expense", "amount": Decimal("1e12")}, "out_of_range", "amount"),
    ({"kind": "lump_sum_in", "amount": 0}, "out_of_range", "amount"),
    ({"kind": "income_change"}, "missing", "percent"),
    ({"kind": "income_change", "percent": -100.5}, "out_of_range", "percent"),
    ({"kind": "income_change", "percent": 1e9}, "out_of_range", "percent"),
    ({"kind": "job_loss", "months": 1000}, "out_of_range", "months"),
    ({"kind": "job_loss", "months": 0}, "out_of_range", "months"),
    ({"kind": "new_loan"}, "missing", "amount"),
    ({"kind": "new_loan", "amount": 5000, "term_months": 0}, "out_of_range", "term_months"),
    ({"kind": "new_loan", "amount": 5000, "rate_percent": -1}, "out_of_range", "rate_percent"),
    ({"kind": "new_loan", "amount": 5000, "rate_percent": float("nan")}, "out_of_range", "rate_percent"),
    ({"kind": "rate_change"}, "missing", "points"),
    ({"kind": "rate_change", "points": 200}, "out_of_range", "points"),
    ({"kind": "end_of_fixed_rate", "rate_percent": 90}, "out_of_range", "rate_percent"),
    ({"kind": "end_of_fixed_rate"}, "no_fixed_rate", None),
    ({"kind": "inflation", "percent": -100}, "out_of_range", "percent"),
    ({"kind": "inflation"}, "missing", "percent"),
    ({"kind": "change_of_due_date"}, "missing", "due_day"),
    ({"kind": "change_of_due_date", "due_day": 32}, "out_of_range", "due_day"),
    ({"kind": "product_adoption"}, "missing", "product"),
    ({"kind": "product_adoption", "product": "no-such"}, "unknown_product", "product"),
]


@pytest.mark.parametrize(("change", "problem", "parameter"), IMPOSSIBLE)
def test_absurd_values_are_refused_with_what_is_wrong_and_the_remedy(change: dict[str, Any], problem: str, parameter: str | None):
    with pytest.raises(ScenarioError) as caught:
        apply(scenario(change), schedule_of(household(), 12))
    assert (caught.value.code, caught.value.problem, caught.value.kind) == ("bad_scenario", problem, change["kind"])
    assert caught.value.parameter == parameter
    assert str(caught.value).count(". ") == 1
    assert str(caught.value).endswith(".")


def test_every_kind_is_refused_something():
    assert {change["kind"] for change, _, _ in IMPOSSIBLE} == set(get_args(ChangeKind))


def test_a_refusal_says_what_would_be_possible():
    with pytest.raises(ScenarioError, match=r"0\.01 to 10,000,000") as caught:
        checked(Change(kind="new_recurring_cost", amount=Decimal("1e12")))
    assert (caught.value.least, caught.value.most) == (0.01, 10_000_000)
    with pytest.raises(ScenarioError) as caught:
        apply(scenario({"kind": "spend_less", "amount": 300, "category": "dining"}), schedule_of(household(), 12))
    assert caught.value.most == 240.0


def test_a_tenth_of_a_penny_is_no_amount():
    with pytest.raises(MoneyError):
        apply(scenario({"kind": "new_recurring_cost", "amount": "10.001"}), schedule_of(household(), 12))


def test_defaults_are_filled_in_and_said():
    found = checked(Change(kind="new_loan", amount=Decimal(5000)))
    assert (found.change.term_months, found.change.rate_percent) == (36, 9.9)
    assert (found.assumed, found.defaults) == (("term_assumed", "rate_assumed"), ("term_months", "rate_percent"))
    assert checked(Change(kind="job_loss")).change.months == 3
    assert checked(Change(kind="end_of_fixed_rate", rate_percent=5.5)).defaults == ()
    assert checked(Change(kind="end_of_fixed_rate")).assumed == ("rise_assumed",)


def test_what_was_said_is_not_overwritten_by_a_default():
    found = checked(Change(kind="new_loan", amount=Decimal(5000), term_months=12, rate_percent=0))
    assert (found.change.term_months, found.change.rate_percent, found.assumed) == (12, 0.0, ())
