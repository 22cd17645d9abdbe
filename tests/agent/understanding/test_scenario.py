"""Changes of each kind in many voices, and a guard that never drops what it did not understand."""

from typing import Any

import pytest

from agent.understanding.normalise import normalise
from agent.understanding.scenario import Parsed, missing_of, parse_scenario
from agent.understanding.scenario_words import asides, change_words
from knowledge.catalogue import load_catalogue
from tests.agent.understanding.talks import TODAY
from tools.twin.scenario.recipe import recipes

PRODUCTS = tuple(load_catalogue().products.values())


def parse(text: str) -> Parsed:
    return parse_scenario(normalise(text), TODAY, PRODUCTS)


def changed(kind: str, **given: Any) -> dict[str, Any]:
    return {"kind": kind, **given}


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("what if rates go up 2 points", changed("rate_change", points=2.0)), ("what if rates rise two per cent", changed("rate_change", points=2.0)), ("a rate hike of 200 bps", changed("rate_change", points=2.0)),
        ("rates +150bps", changed("rate_change", points=1.5)), ("rates -50 bps", changed("rate_change", points=-0.5)), ("what if the base rate falls half a point", changed("rate_change", points=-0.5)),
        ("what if rates are cut by 1 point for a year", changed("rate_change", points=-1.0, months=12)), ("if my variable rate goes up by 0.75", changed("rate_change", points=0.75)), ("rates plus three", changed("rate_change", points=3.0)),
        ("what if I lose my job", changed("job_loss")), ("if I got made redundant next month", changed("job_loss", starts_in_months=0)), ("no income for six months", changed("job_loss", months=6)),
        ("could I survive four months without a job", changed("job_loss", months=4)), ("what if my boss lets me go and it takes half a year to find something new", changed("job_loss", months=6)), ("what if I take a three month sabbatical", changed("job_loss", months=3)),
        ("say I got a 10% pay rise", changed("income_change", percent=10.0)), ("what if my hours are cut, 20% less pay from June", changed("income_change", percent=-20.0, starts_in_months=2)), ("if I earned 300 less a month", changed("income_change", amount="-300")),
        ("what if my salary goes up by 200 a month", changed("income_change", amount="200")), ("what if my income halves for six months", changed("income_change", percent=-50.0, months=6)), ("if I got a lodger paying 450 a month", changed("income_change", amount="450")),
        ("what if I borrowed 8k over 4 years", changed("new_loan", amount="8000", term_months=48)), ("suppose I took out a loan of 12k over five years at 7%", changed("new_loan", amount="12000", term_months=60, rate_percent=7.0)),
        ("what if I save 300 more a month", changed("save_more", amount="300")), ("what if i put away an extra £150 every month", changed("save_more", amount="150")),
        ("100 less eating out", changed("spend_less", amount="100", category="dining")), ("if I cut takeaways by half", changed("spend_less", percent=50.0, category="dining")), ("what if I gave up gambling", changed("spend_less", percent=100.0, category="gambling")),
        ("can I afford 400 a month more for rent?", changed("new_recurring_cost", amount="400", category="rent")), ("landlord's putting the rent up 90 quid", changed("new_recurring_cost", amount="90", category="rent")),
        ("could we manage nursery fees of 900 a month starting in September?", changed("new_recurring_cost", amount="900", category="childcare", starts_in_months=5)), ("do I have room for another 150 a month", changed("new_recurring_cost", amount="150")),
        ("what would cancelling the gym at 45 quid a month do", changed("ended_recurring_cost", amount="45", category="subscriptions")), ("what if the nursery fees stop", changed("ended_recurring_cost", category="childcare")),
        ("suppose I ditch Netflix, that's 10.99 a month", changed("ended_recurring_cost", amount="10.99")), ("once my car loan is paid off", changed("ended_recurring_cost", category="loan_repayment")), ("what if my energy bill goes down 30", changed("ended_recurring_cost", amount="30", category="utilities")),
        ("boiler's died, 2.5k to replace it", changed("one_off_expense", amount="2500")), ("what if I spend 2000 on a holiday in June", changed("one_off_expense", amount="2000", category="travel", starts_in_months=2)), ("an unexpected bill of 700", changed("one_off_expense", amount="700")),
        ("I'm getting 20k from my nan's estate in three months", changed("lump_sum_in", amount="20000", starts_in_months=3)), ("what if I get a bonus of 3000", changed("lump_sum_in", amount="3000")), ("if I sold the car for 4500", changed("lump_sum_in", amount="4500")),
        ("what if I moved my money into the Easy Saver", changed("product_adoption", product="easy-saver")), ("what if I put 5000 into the Easy Saver", changed("product_adoption", product="easy-saver", amount="5000")),
        ("what happens when my fixed rate ends", changed("end_of_fixed_rate")), ("what happens to my payments when my fix ends?", changed("end_of_fixed_rate")), ("when I come off my fix", changed("end_of_fixed_rate")),
        ("what if my rent went out on the 28th instead", changed("change_of_due_date", category="rent", due_day=28)), ("what if I moved the direct debit to the 5th", changed("change_of_due_date", due_day=5)),
        ("what if inflation is 8 %", changed("inflation", percent=8.0)), ("what happens to us if prices keep going up 8% a year", changed("inflation", percent=8.0)), ("what if inflation rises to 6% for two years", changed("inflation", percent=6.0, months=24)),
    ],
)  # fmt: skip
def test_one_change(text: str, change: dict[str, Any]):
    found = parse(text)

    assert found.changes == (change,)
    assert found.complete


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("what if rates rise 2 points and I lose my job for three months", (changed("rate_change", points=2.0), changed("job_loss", months=3))),
        ("400 more rent but 100 less eating out", (changed("new_recurring_cost", amount="400", category="rent"), changed("spend_less", amount="100", category="dining"))),
        ("higher rent by 200 but a raise of 300 a month", (changed("new_recurring_cost", category="rent", amount="200"), changed("income_change", amount="300"))),
        ("from January, 400 more rent and 100 less eating out", (changed("new_recurring_cost", amount="400", category="rent", starts_in_months=9), changed("spend_less", amount="100", category="dining", starts_in_months=9))),
        ("what if the fix ends and rates are 2 points higher", (changed("end_of_fixed_rate"), changed("rate_change", points=2.0))),
    ],
)  # fmt: skip
def test_several_changes_act_together(text: str, changes: tuple[dict[str, Any], ...]):
    assert parse(text).changes == changes
    assert parse(text).complete


def test_how_far_to_look_is_not_how_long_a_change_lasts():
    ahead = parse("look two years ahead: what if I save 300 more a month")
    lasting = parse("what if I lose my job for six months, over the next two years")

    assert (ahead.horizon_months, ahead.changes) == (24, (changed("save_more", amount="300"),))
    assert (lasting.horizon_months, lasting.changes) == (24, (changed("job_loss", months=6),))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("what if my rent goes up to 1,300", "1,300"), ("what if my salary went up to 3200 a month", "3200"), ("what if I win 40 camels", "camels"), ("what if rates rise 2 points unless my cat sings", "cat"),
        ("what if rates rise 1 or 2 points", "or"), ("what if inflation is 5-10%", "-10%"), ("what if inflation is 5 to 10%", "10%"), ("what if I don't lose my job", "don't"), ("what if rates rise 2 points twice", "twice"), ("what if my rent goes up 100 and 200", "200"),
        ("what if my rent goes up 50 a week", "a week"), ("if the wife loses her job", "wife"), ("what happens if my rent increases by 15 percent", "15 %"), ("what if my pay changes by -10%", "-"),
    ],
)  # fmt: skip
def test_what_is_not_accounted_for_is_never_dropped(text: str, left: str):
    found = parse(text)

    assert not found.complete
    assert left in found.leftover or not found.changes


def test_a_part_without_a_figure_or_a_change_is_told_to_be_left_out():
    found = parse("we're thinking of having a kid, nursery is like 1,100 a month here. doable?")

    assert found.changes == (changed("new_recurring_cost", amount="1100", category="childcare"),)
    assert found.complete
    assert found.apart == ("we're thinking of having a kid",)


@pytest.mark.parametrize(
    ("text", "parameter"),
    [
        ("what if my rent goes up?", "amount"), ("what if rates go up", "points"), ("what if inflation rises", "percent"), ("what if I spend less on eating out", "amount"), ("what if I earn less", "percent"),
        ("what if I cancel my gym", "category"), ("what if I stopped buying clothes", "amount"), ("what if I cancel my pet insurance", "category"), ("what if I got a raise of 3000", "percent"), ("what if I put 5000 into savings", "amount"),
    ],
)  # fmt: skip
def test_a_figure_that_is_missing_or_may_be_a_years_or_part_of_a_category_is_asked_for(text: str, parameter: str):
    assert parse(text).missing == parameter


def test_a_change_with_a_default_needs_no_figure():
    assert missing_of(changed("job_loss")) is None
    assert missing_of(changed("end_of_fixed_rate")) is None
    assert missing_of(changed("rate_change")) == "points"


@pytest.mark.parametrize(
    "text",
    [
        "what would happen if I stopped paying my mortgage", "what happens if I miss a loan payment", "how will my balance develop?", "when could I have 5,000 for a trip?", "how long would my savings last?",
        "what do I spend on rent", "compare Easy Saver and Young Saver", "can I have £3,000 for Christmas?", "what if", "how much do I spend on eating out a month",
    ],
)  # fmt: skip
def test_other_questions_are_no_scenarios(text: str):
    assert not parse(text).covered


def test_a_lease_by_the_month_is_no_loan_and_a_loan_is_no_cost_that_ended():
    assert parse("would I cope with a car lease of 280 a month").changes == (
        changed("new_recurring_cost", category="loan_repayment", amount="280"),
    )
    assert parse("what happens to my balance if I get car finance for 14k").changes == (changed("new_loan", amount="14000"),)


def test_words_are_of_kinds_that_exist():
    assert {words.kind for words in change_words()} == set(recipes())
    assert {kind for kind, _ in asides()} <= {*recipes(), "any"}
