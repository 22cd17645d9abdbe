"""Whether and when a goal is reached: bounded by what can be true whatever the twin, and honest about what cannot be reached."""

from datetime import date
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools.builders import AS_OF, pounds
from tools.errors import NotFoundError, UsageError
from tools.twin.forecast.forecast import balance_forecast, month_after
from tools.twin.goal.goal import Goal, Plan, replaced
from tools.twin.goal.goal_outlook import GoalOutlook, Lever, available_minor, goal_levers, goal_outlook, kept_back_minor
from tools.twin.outlook.outlook import HorizonOutlook, Outlook
from tools.twin.twin import CategoryLevel, Credit, Twin

EMPTY = Plan(customer_id="demo:1", currency="GBP", made_on=AS_OF)


def twin(spare: float = 300, **changes: object) -> Twin:
    """3,000 on the account and 2,000 saved; 2,500 in, 900 for rent, 1,300 for the rest; what is left over is `spare`."""
    rest = pounds(2500 - 900 - 1300 - spare)
    return Twin.model_validate(
        {
            "customer_id": "demo:1", "as_of": AS_OF, "currency": "GBP", "months_of_history": 24, "persona": "saver", "prior_weight": 0.1,
            "balance_minor": pounds(3000), "savings_minor": pounds(2000), "income_level_minor": pounds(2500), "income_sd_minor": pounds(100),
            "commitments_minor": pounds(900), "spending_sd_minor": pounds(250), "balance_level_minor": pounds(3000), "adjustment_minor": rest,
            "discretionary": (
                CategoryLevel(category="groceries", monthly_minor=pounds(800)), CategoryLevel(category="dining", monthly_minor=pounds(500)),
            ),
            **changes,
        }
    )  # fmt: skip


def plan(*goals: Goal) -> Plan:
    found = EMPTY
    for one in goals:
        found = replaced(found, one, AS_OF)
    return found


def goal(amount: float, by: date | None = None, number: int = 1, **changes: object) -> Goal:
    return Goal.model_validate({"id": f"goal.{number}", "amount_minor": pounds(amount), "by": by, "made_on": AS_OF, **changes})


@cache
def outlook(amount: float, by: date | None = None, spare: float = 300) -> GoalOutlook:
    return goal_outlook(twin(spare), plan(goal(amount, by)), "goal.1")


def test_what_counts_is_savings_and_balance_less_a_month_of_bills():
    owing = twin(credits=(Credit(kind="loan", outstanding_minor=pounds(1000), instalment_minor=pounds(200)),))
    assert kept_back_minor(owing) == pounds(1100)
    assert available_minor(owing, plan(goal(1)), "goal.1") == pounds(3000 + 2000 - 1100)


def test_a_goal_that_is_there_is_reached_now():
    found = outlook(4000, date(2028, 3, 31))
    assert (found.status, found.probability, found.likely_on, found.needed_minor, found.on_track) == ("reached", 1.0, AS_OF, None, True)
    assert goal_levers(twin(), plan(goal(4000, date(2028, 3, 31))), "goal.1") == ()


def test_steady_saving_gets_there_when_plain_arithmetic_says():
    """300 left over a month: 3,600 more are there after about a year."""
    found = outlook(4100 + 3600)
    assert found.status == "likely"
    assert found.likely_on is not None
    assert date(2028, 1, 31) <= found.likely_on <= date(2028, 6, 30)
    assert found.likely_from is not None
    assert found.sure_on is not None
    assert found.likely_to is not None
    assert found.likely_from <= found.likely_on <= found.sure_on <= found.likely_to
    assert found.spare_minor == pytest.approx(pounds(300), rel=0.1)


def test_a_goal_with_a_day_has_a_chance_and_says_what_it_takes():
    found = outlook(4100 + 3600, date(2027, 9, 30))
    assert found.months == 6
    assert found.needed_minor == pounds(600)
    assert found.status == "unlikely"
    assert found.more_minor is not None
    helped = goal_outlook(twin(300 + found.more_minor / 100), plan(goal(4100 + 3600, date(2027, 9, 30))), "goal.1")
    assert helped.probability == pytest.approx(0.8, abs=0.05)


def test_nobody_gets_there_when_everything_is_spent():
    found = outlook(20_000, None, spare=-50)
    assert (found.status, found.likely_on, found.likely_to) == ("out_of_reach", None, None)
    assert found.spare_minor < 0


def test_a_day_that_has_passed_is_overdue_unless_it_is_there():
    assert outlook(9000, AS_OF).status == "overdue"
    assert outlook(4000, AS_OF).status == "reached"


def test_a_day_too_far_ahead_is_refused_with_what_is_possible():
    with pytest.raises(UsageError, match="more than 120 months") as caught:
        outlook(9000, date(2040, 1, 1))
    assert caught.value.code == "goal_too_far"
    assert outlook(9000, month_after(AS_OF, 120)).months == 120


def test_an_unknown_goal_and_another_currency_are_said():
    with pytest.raises(NotFoundError):
        goal_outlook(twin(), EMPTY, "goal.1")
    with pytest.raises(UsageError) as caught:
        goal_outlook(twin(), plan(goal(1)).model_copy(update={"currency": "EUR"}), "goal.1")
    assert caught.value.code == "other_currency"


def test_results_carry_the_versions_they_hold_for():
    assert (outlook(9000).plan_version, outlook(9000).twin_version) == (1, 1)


# -- what accounts in general teach ----------------------------------------------------------------------------------------------
def learnt(*horizons: tuple[float, float, float]) -> Outlook:
    """Balances at the 10th, 50th and 90th percentile, month by month, in pounds."""
    months = [
        HorizonOutlook(months=month, p10_minor=pounds(low), p50_minor=pounds(middle), p90_minor=pounds(high))
        for month, (low, middle, high) in enumerate(horizons, start=1)
    ]
    return Outlook(as_of=AS_OF, horizons=tuple(months), learned_months=len(months), accounts=40, origins=9)


def test_a_goal_counts_the_same_paths_as_the_balance_forecast_of_the_same_customer():
    """Without savings and bills, what counts towards the goal is the balance itself."""
    bare = twin(savings_minor=0, commitments_minor=0)
    taught = learnt(*[(1500, 3500 + 100 * month, 5000 + 300 * month) for month in range(12)])
    found = goal_outlook(bare, plan(goal(9000, month_after(AS_OF, 12))), "goal.1", taught)
    told = balance_forecast(bare, 12, outlook=taught)
    first = found.points[:12]
    for name in ("ends_on", "p10_minor", "p50_minor", "p90_minor"):
        assert [getattr(point, name) for point in first] == [getattr(month, name) for month in told.months]
    assert found.model == told.model != goal_outlook(bare, plan(goal(9000)), "goal.1").model


def test_a_goal_is_less_likely_for_one_whose_balance_others_saw_fall():
    wanted = plan(goal(7700, date(2028, 3, 31)))
    alone = goal_outlook(twin(), wanted, "goal.1")
    falling = learnt(*[(500, 2500 - 100 * month, 4000) for month in range(12)])
    taught = goal_outlook(twin(), wanted, "goal.1", falling)
    assert (alone.probability or 0) > (taught.probability or 0) + 0.2
    assert taught.spare_minor < alone.spare_minor
    helped = {lever.kind: lever for lever in goal_levers(twin(), wanted, "goal.1", falling)}
    assert (helped["save_more"].probability or 0) > (taught.probability or 0)


# -- several goals share one purse -----------------------------------------------------------------------------------------------
def test_a_goal_behind_another_one_has_what_that_one_leaves():
    first, second = goal(4000, number=1), goal(2000, number=2)
    assert available_minor(twin(), plan(first, second), "goal.1") == pounds(4100)
    assert available_minor(twin(), plan(first, second), "goal.2") == pounds(100)


def test_a_goal_before_takes_at_an_even_pace_what_it_needs_until_its_day():
    first, second = goal(4000, date(2029, 3, 31), number=1), goal(2000, number=2)
    assert available_minor(twin(), plan(first, second), "goal.2") == pounds(4100)
    alone, behind = goal_outlook(twin(), plan(second), "goal.2"), goal_outlook(twin(), plan(first, second), "goal.2")
    assert alone.status == behind.status == "reached"


def test_what_is_earmarked_for_a_later_goal_counts_for_that_one_alone():
    first, second = goal(9000, number=1), goal(3000, number=2, earmarked_minor=pounds(1000))
    assert available_minor(twin(), plan(first, second), "goal.1") == pounds(3100)


def test_another_goal_before_never_helps():
    one, other = goal(8000, date(2028, 9, 30), number=1), goal(1500, date(2028, 1, 31), number=2)
    alone = goal_outlook(twin(), plan(one), "goal.1").probability
    behind = goal_outlook(twin(), plan(other, one), "goal.1").probability
    assert alone is not None
    assert behind is not None
    assert behind < alone


# -- levers ----------------------------------------------------------------------------------------------------------------------
def levers(amount: float, by: date | None = None, **changes: object) -> dict[str, Lever]:
    return {lever.kind: lever for lever in goal_levers(twin(**changes), plan(goal(amount, by)), "goal.1")}


def test_each_lever_raises_the_chance():
    by = date(2027, 9, 30)
    chance = outlook(7700, by).probability
    assert chance is not None
    found = levers(7700, by)
    assert set(found) == {"save_more", "spend_less", "more_time"}
    for lever in found.values():
        assert lever.probability is not None
        assert lever.probability > chance
    assert found["save_more"].probability == pytest.approx(0.8, abs=0.03)
    assert (found["spend_less"].category, found["spend_less"].amount_minor) == ("dining", pounds(100))
    assert found["more_time"].probability is not None
    assert found["more_time"].probability >= 0.8


def test_without_a_day_each_lever_brings_it_forward():
    usual = outlook(12_000).likely_on
    found = levers(12_000)
    assert usual is not None
    assert set(found) == {"save_more", "spend_less"}
    for lever in found.values():
        assert lever.probability is None
        assert lever.likely_on is not None
        assert lever.likely_on < usual


def test_nobody_is_told_to_save_more_than_they_spend_on_wishes():
    found = levers(60_000, date(2027, 6, 30))
    assert found["save_more"].amount_minor == pounds(650)
    assert set(levers(60_000, discretionary=(), income_level_minor=pounds(50))) == set()


# -- what holds whatever the numbers ---------------------------------------------------------------------------------------------
AMOUNTS, SPARES, MONTHS = st.integers(1, 40_000), st.integers(-200, 900), st.integers(1, 118)


def chance(amount: float, months: int, spare: float, more: int = 0) -> float:
    """With the same chance drawn as ever: the levers' way to put more aside."""
    wanted, by = plan(goal(amount, month_after(AS_OF, months))), twin(spare, adjustment_minor=twin(spare).adjustment_minor - pounds(more))
    found = goal_outlook(by, wanted, "goal.1", paths=64).probability
    assert found is not None
    return found


@settings(max_examples=12, deadline=None)
@given(AMOUNTS, SPARES, MONTHS, st.integers(0, 800))
def test_more_saved_never_lowers_the_chance(amount: int, spare: int, months: int, more: int):
    assert chance(amount, months, spare, more) >= chance(amount, months, spare)


@settings(max_examples=12, deadline=None)
@given(AMOUNTS, SPARES, MONTHS, MONTHS)
def test_a_later_day_never_lowers_the_chance(amount: int, spare: int, one: int, other: int):
    assert chance(amount, max(one, other), spare) >= chance(amount, min(one, other), spare)


@settings(max_examples=12, deadline=None)
@given(AMOUNTS, AMOUNTS, SPARES, MONTHS)
def test_a_larger_amount_never_raises_the_chance(one: int, other: int, spare: int, months: int):
    assert chance(max(one, other), months, spare) <= chance(min(one, other), months, spare)


def test_the_same_question_has_the_same_answer():
    wanted = plan(goal(9000, date(2028, 6, 30)))
    assert goal_outlook(twin(), wanted, "goal.1") == goal_outlook(twin(), wanted, "goal.1")


@pytest.mark.parametrize("amount", [0.01, 10**12])
def test_the_smallest_and_the_largest_amount_have_an_answer(amount: float):
    assert goal_outlook(twin(), plan(goal(amount)), "goal.1").status in {"reached", "out_of_reach"}
    assert len(goal_outlook(twin(), plan(goal(amount, date(2036, 12, 31))), "goal.1").points) <= 24
