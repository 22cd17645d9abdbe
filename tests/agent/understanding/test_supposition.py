"""Which call a trial is: of one customer, of a book, or no trial at all."""

import time
from typing import Any

import pytest

from agent.understanding.ask import Ask
from agent.understanding.supposition import cohort_arguments, supposition, tries_on
from tests.agent.understanding.talks import Talk, arguments, capabilities, vocabulary_for

CUSTOMER = vocabulary_for("customer")
RM = vocabulary_for("rm")


def where(field: str, op: str, value: Any) -> dict[str, Any]:
    return {"where": {"field": field, "op": op, "value": value}}


@pytest.mark.parametrize(
    ("text", "query", "changes"),
    [
        ("what happens to my clients with variable mortgages if rates go up two points?", where("has_variable_rate", "eq", True), [{"kind": "rate_change", "points": 2.0}]),
        ("if inflation is 8 % who goes below zero?", {}, [{"kind": "inflation", "percent": 8.0}]), ("does anyone go negative if the base rate rises by half a point", {}, [{"kind": "rate_change", "points": 0.5}]),
        ("run a 200bps shock across the mortgage holders", where("has_mortgage", "eq", True), [{"kind": "rate_change", "points": 2.0}]), ("stress test the whole book: everybody loses their job for 3 months", {}, [{"kind": "job_loss", "months": 3}]),
        ("which business clients would run out of money if income drops 30% for six months", where("segment", "eq", "msme"), [{"kind": "income_change", "percent": -30.0, "months": 6}]),
        ("what would a 1 point rate cut mean for clients with less than 1,000 in savings", where("savings", "lt", 100000), [{"kind": "rate_change", "points": -1.0}]), ("10% inflation for the retail segment", where("segment", "eq", "retail"), [{"kind": "inflation", "percent": 10.0}]),
        ("what if everyone with a credit card lost their job for 3 months", where("has_card", "eq", True), [{"kind": "job_loss", "months": 3}]), ("among clients with loans over 20k, what happens if rates rise by 1 point", where("loans_outstanding", "gt", 2000000), [{"kind": "rate_change", "points": 1.0}]),
        ("how many clients fail if bills go up by 150 a month", {}, [{"kind": "new_recurring_cost", "amount": "150"}]),
    ],
)  # fmt: skip
def test_words_about_the_clients_and_words_about_the_change_are_told_apart(text: str, query: dict[str, Any], changes: list[dict[str, Any]]):
    assert cohort_arguments(text, RM) == {"query": query, "changes": changes}


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("what happens to my left-handed clients if rates go up two points?", "left-handed"),
        ("what happens to my clients if rates go up two points and pigs fly", "pigs"),
    ],
)
def test_what_is_not_understood_of_either_part_is_asked_about(text: str, left: str):
    found = cohort_arguments(text, RM)

    assert isinstance(found, Ask)
    assert left in found.options


def test_a_missing_figure_is_asked_for():
    assert cohort_arguments("what happens to my clients if rates go up?", RM) == Ask("amount")


@pytest.mark.parametrize(
    "text",
    [
        "which clients lost their job",
        "which of my clients have a variable rate mortgage?",
        "clients with a balance below 1,000",
        "whose fixed rate ends in the next 6 months?",
        "average income by segment",
    ],
)
def test_questions_about_clients_as_they_are_try_nothing_on(text: str):
    assert cohort_arguments(text, RM) is None


@pytest.mark.parametrize(
    "text",
    [
        "can I afford a 5,000 loan",
        "what if I borrowed 5000, could I pay it",
        "would borrowing £9,500 for three years be ok?",
        "can I afford a 20k car?",
        "can I buy a house for 300000 over 25 years",
    ],
)
def test_what_is_borrowed_for_is_a_question_of_affordability(text: str):
    assert supposition(text, CUSTOMER) is None


@pytest.mark.parametrize(
    "text",
    [
        "what if I borrowed 8k over 4 years",
        "can I afford to buy a 900 pound laptop",
        "could I pay 1200 for car repairs next month?",
        "can I afford 300 pounds a month",
    ],
)
def test_a_loan_that_is_tried_on_and_what_is_paid_at_once_are_scenarios(text: str):
    assert supposition(text, CUSTOMER) is not None


def test_reading_a_story_of_two_thousand_signs_takes_no_seconds(talk: Talk):
    story = "my clients go up if rates of base with 2 points and lose job for money " * 28
    talk("rm", "what if rates rise 2 points?")
    begin = time.process_time()
    talk("rm", story)

    assert time.process_time() - begin < 1


def test_a_statement_is_no_trial():
    assert supposition("I spent 2000 on a holiday", CUSTOMER) is None
    assert not tries_on("how much interest would I get on the two-year fixed saver", CUSTOMER)


def test_a_message_of_several_parts_is_one_scenario_or_several_requests(talk: Talk):
    one = talk("customer", "400 more rent but 100 less eating out, what does that do to me")
    two = talk("customer", "how am I doing? and what if I lose my job?")
    apart = talk("customer", "what if I lose my job? what if rates rise 2 points?")

    assert len(arguments(one, "what_if")[0]["changes"]) == 2
    assert capabilities(two) == {"stress_status", "balance_forecast", "what_if"}
    assert [call["changes"] for call in arguments(apart, "what_if")] == [[{"kind": "job_loss"}], [{"kind": "rate_change", "points": 2.0}]]


def test_a_trial_without_a_change_is_asked_what_should_be_different(talk: Talk):
    assert talk("customer", "stress test my budget").words == ("change",)
