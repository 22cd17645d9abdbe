"""Goals form a plan with versions: a changed mind makes the next one, and none comes back under its old number."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.tools.builders import AS_OF, history, loan, pounds
from tools.errors import ConflictError, NotFoundError
from tools.ledger.account import Holding
from tools.twin.goal.goal import MOST_GOALS, Goal, Plan, ProposedGoal, expected_by, purpose_key, replaced, restored, with_debts, without

EMPTY = Plan(customer_id="demo:1", currency="GBP", made_on=AS_OF)


def goal(number: int = 1, **changes: object) -> Goal:
    return Goal.model_validate({"id": f"goal.{number}", "purpose": "a trip", "amount_minor": pounds(5000), "made_on": AS_OF, **changes})


def test_a_changed_mind_takes_the_place_of_the_goal_and_voids_the_version():
    first = replaced(replaced(EMPTY, goal(1), AS_OF), goal(2, purpose="a car"), AS_OF)
    changed = replaced(first, goal(1, amount_minor=pounds(6000)), AS_OF)
    assert [one.amount_minor for one in changed.goals] == [pounds(6000), pounds(5000)]
    assert (EMPTY.version, first.version, changed.version) == (0, 2, 3)


def test_a_goal_is_taken_out_and_put_back_under_a_number_of_its_own():
    plan = replaced(EMPTY, goal(), AS_OF)
    gone = without(plan, "goal.1", AS_OF)
    assert gone.goals == ()
    back = restored(gone, plan, AS_OF)
    assert (back.goals, back.version) == (plan.goals, 3)


def test_a_goal_that_is_not_there_is_said():
    with pytest.raises(NotFoundError):
        without(EMPTY, "goal.1", AS_OF)


def test_a_full_plan_takes_no_more_but_lets_change():
    plan = EMPTY
    for number in range(MOST_GOALS):
        plan = replaced(plan, goal(number, purpose=f"wish {number}"), AS_OF)
    with pytest.raises(ConflictError) as caught:
        replaced(plan, goal(99), AS_OF)
    assert caught.value.code == "plan_full"
    assert len(replaced(plan, goal(3, amount_minor=1), AS_OF).goals) == MOST_GOALS


@pytest.mark.parametrize(
    ("said", "same"), [("A trip", True), ("the  TRIP", True), ("trip", True), ("a trip to Rome", False), (None, False)]
)
def test_the_same_purpose_is_the_same_goal_however_it_is_said(said: str | None, same: bool):
    assert (replaced(EMPTY, goal(), AS_OF).for_purpose(said) is not None) == same


def test_goals_without_a_purpose_are_one_and_a_small_word_alone_is_a_purpose():
    assert replaced(EMPTY, goal(purpose=None), AS_OF).for_purpose(None) is not None
    assert purpose_key("a") == "a"


def test_a_proposed_goal_goes_on_under_the_id_of_the_one_it_replaces():
    proposed = ProposedGoal(**goal(7).model_dump(), currency="GBP", replaces="goal.1", plan_version=1)
    assert proposed.goal == goal(1)
    assert proposed.model_copy(update={"replaces": None}).goal == goal(7)


def test_debts_stand_in_the_plan_as_their_contracts_have_them():
    plan = with_debts(
        EMPTY, history(contracts=(loan(), loan(id="demo:paid", outstanding_minor=0), loan(id="demo:so", kind="standing_order")))
    )
    assert [(debt.kind, debt.outstanding_minor, debt.instalment_minor) for debt in plan.debts] == [("car_loan", pounds(6000), pounds(250))]


def test_a_debt_has_the_name_of_its_holding():
    held = Holding(
        id=loan().holding_id,
        source="demo",
        customer_id="demo:1",
        kind="car_loan",
        name="The blue car",
        currency="GBP",
        opened_on=date(2025, 1, 1),
    )
    assert [debt.name for debt in with_debts(EMPTY, history(contracts=(loan(),), holdings=(held,))).debts] == ["The blue car"]
    assert [debt.name for debt in with_debts(EMPTY, history(contracts=(loan(),))).debts] == [None]


@pytest.mark.parametrize(
    ("terms", "free_on"),
    [
        ({"outstanding_minor": 60_000, "instalment_minor": 10_000, "rate_bps": 0}, date(2027, 9, 5)),
        # 1 % a month on 600: five payments of 100 and most of a sixth leave pence for a seventh.
        ({"outstanding_minor": 60_000, "instalment_minor": 10_000, "rate_bps": 1200}, date(2027, 10, 5)),
        ({"outstanding_minor": 60_000, "instalment_minor": 600, "rate_bps": 1200}, None),
        ({"outstanding_minor": 10**9, "instalment_minor": 8_334, "rate_bps": 1}, None),
        ({"outstanding_minor": 60_000, "instalment_minor": 0, "rate_bps": 0}, None),
    ],
)  # fmt: skip
def test_when_a_debt_is_paid_off_follows_from_its_instalment_and_rate(terms: dict[str, int], free_on: date | None):
    debts = with_debts(EMPTY, history(contracts=(loan(due_day=5, outstanding_as_of=AS_OF, **terms),))).debts
    assert [debt.free_on for debt in debts] == [free_on]


@pytest.mark.parametrize(
    ("on", "expected"),
    [(AS_OF, 1000), (date(2027, 10, 15), 1000 + 4000 * 198 // 397), (date(2028, 5, 1), 5000), (date(2030, 1, 1), 5000), (date(2020, 1, 1), 1000)],
)  # fmt: skip
def test_an_even_pace_leads_from_what_is_put_aside_to_the_amount(on: date, expected: int):
    assert expected_by(goal(amount_minor=5000, earmarked_minor=1000, by=date(2028, 5, 1)), on) == expected


def test_a_goal_without_a_day_has_no_pace():
    assert expected_by(goal(), AS_OF) is None


@given(st.integers(1, 10**12), st.integers(0, 10**12), st.integers(1, 3650), st.integers(0, 4000), st.integers(0, 4000))
def test_the_pace_never_falls_and_never_passes_the_amount(amount: int, earmarked: int, days: int, one: int, other: int):
    wanted = goal(amount_minor=amount, earmarked_minor=earmarked, by=date.fromordinal(AS_OF.toordinal() + days))
    early, late = (expected_by(wanted, date.fromordinal(AS_OF.toordinal() + day)) for day in sorted((one, other)))
    assert early is not None
    assert late is not None
    assert min(earmarked, amount) <= early <= late <= amount


@pytest.mark.parametrize("wrong", [{"amount_minor": 0}, {"earmarked_minor": -1}, {"purpose": ""}, {"purpose": "x" * 121}])
def test_what_is_no_goal_is_refused(wrong: dict[str, object]):
    with pytest.raises(ValidationError):
        goal(**wrong)
