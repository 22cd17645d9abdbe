"""What is said after a scenario: the next changes, one more, another figure, another length, other clients."""

from typing import Any

import pytest

from tests.agent.understanding.talks import Talk, arguments, capabilities

RENT = "can I afford 400 a month more for rent?"
RATES = "what if rates rise 2 points?"
BOOK = "what happens to my clients with variable mortgages if rates go up two points?"
MORE_RENT = {"kind": "new_recurring_cost", "amount": "400", "category": "rent"}
VARIABLE = {"field": "has_variable_rate", "op": "eq", "value": True}


def changes(talk: Talk, text: str, *earlier: str) -> list[dict[str, Any]]:
    (found,) = arguments(talk("customer", text, earlier), "what_if")
    return found["changes"]


def test_and_if_puts_its_change_in_the_place_of_the_one_before(talk: Talk):
    assert changes(talk, "and if I lose my job for three months?", RENT) == [{"kind": "job_loss", "months": 3}]


@pytest.mark.parametrize(
    "text",
    [
        "and if rates go up 1 point too?",
        "and if rates go up 1 point as well?",
        "and a rate rise of 1 point on top",
        "also if rates rise 1 point",
    ],
)
def test_too_and_as_well_add_a_change(text: str, talk: Talk):
    assert changes(talk, text, RENT) == [MORE_RENT, {"kind": "rate_change", "points": 1.0}]


def test_a_change_of_the_same_kind_is_not_added_twice(talk: Talk):
    assert changes(talk, "and if rates go up 3 points as well?", RENT, "and if rates go up 1 point too?") == [
        MORE_RENT,
        {"kind": "rate_change", "points": 3.0},
    ]


def test_a_change_can_be_taken_out_again(talk: Talk):
    assert changes(talk, "without the rate rise", RENT, "and if rates go up 1 point too?") == [MORE_RENT]
    assert "what_if" not in capabilities(talk("customer", "without the rate rise", (RATES,)))


@pytest.mark.parametrize(
    ("before", "text", "change"),
    [
        (RENT, "what about 600?", MORE_RENT | {"amount": "600"}), (RENT, "make it 350", MORE_RENT | {"amount": "350"}), (RENT, "for six months", MORE_RENT | {"months": 6}), (RENT, "hm and from January?", MORE_RENT | {"starts_in_months": 9}),
        (RATES, "make it 3 points", {"kind": "rate_change", "points": 3.0}), (RATES, "and if they fall by one?", {"kind": "rate_change", "points": -1.0}), (RATES, "and if they go up 5?", {"kind": "rate_change", "points": 5.0}),
        ("what if I lose my job for three months?", "for six months", {"kind": "job_loss", "months": 6}), ("what if my pay drops by 10%?", "and by 20?", {"kind": "income_change", "percent": -20.0}),
        ("what if my pay drops by 10%?", "what if it went up 5%", {"kind": "income_change", "percent": 5.0}), ("what if I have to pay 5k for a new roof?", "what if it were 10k?", {"kind": "one_off_expense", "amount": "10000"}),
        ("what if I borrow 10k over 5 years?", "over 7 years", {"kind": "new_loan", "amount": "10000", "term_months": 84}), ("what if I borrow 10k over 5 years?", "and at 6%?", {"kind": "new_loan", "amount": "10000", "term_months": 60, "rate_percent": 6.0}),
        ("what if I spend 2000 on a holiday in June", "and in September?", {"kind": "one_off_expense", "amount": "2000", "category": "travel", "starts_in_months": 5}), ("what if inflation is 8%", "at 10", {"kind": "inflation", "percent": 10.0}),
    ],
)  # fmt: skip
def test_another_figure_in_the_same_change(before: str, text: str, change: dict[str, Any], talk: Talk):
    assert changes(talk, text, before) == [change]


@pytest.mark.parametrize(
    ("text", "months"),
    [("and over two years?", 24), ("and in a year?", 12), ("look two years ahead", 24), ("over the next three years?", 36)],
)
def test_how_far_to_look_keeps_the_change(text: str, months: int, talk: Talk):
    assert arguments(talk("customer", text, (RENT,)), "what_if") == [{"changes": [MORE_RENT], "horizon_months": months}]


def test_the_horizon_stays_with_the_next_change(talk: Talk):
    found = talk("customer", "and if I lose my job?", (RENT, "and over two years?"))

    assert arguments(found, "what_if") == [{"changes": [{"kind": "job_loss"}], "horizon_months": 24}]


def test_words_that_have_no_place_in_the_change_are_not_laid_over(talk: Talk):
    assert "what_if" not in capabilities(talk("customer", "and 300 camels?", (RENT,)))
    assert talk("customer", "what if my rent goes up to 1,300?", (RENT,)).words == ("query",)


def test_why_after_a_scenario_is_no_question_about_stress(talk: Talk):
    assert capabilities(talk("customer", "why?", (RATES,))) == {"not_understood"}


def test_an_answer_to_what_was_missing_completes_the_scenario(talk: Talk):
    assert changes(talk, "400 a month", "can I afford more rent?") == [MORE_RENT]
    assert changes(talk, "300 a month", "what if my pay drops by 300") == [{"kind": "income_change", "amount": "-300"}]
    assert changes(talk, "400 more rent", "stress test my budget") == [MORE_RENT]


def test_a_scenario_is_about_the_client_spoken_of(talk: Talk):
    alone = talk("rm", "what if she loses her job?", ("how is Anna Keller doing?",))
    other = talk("rm", "what about Tom Hughes?", ("what if Anna Keller loses her job for six months?",))

    assert arguments(alone, "what_if") == [{"changes": [{"kind": "job_loss"}], "client": "Anna Keller"}]
    assert arguments(other, "what_if") == [{"changes": [{"kind": "job_loss", "months": 6}], "client": "Tom Hughes"}]
    assert talk("rm", RATES).words == ("client",)


def test_a_book_keeps_its_clients_or_its_changes(talk: Talk):
    more = talk("rm", "and if they go up three points?", (BOOK,))
    fewer = talk("rm", "and only the ones with savings below 5k?", (BOOK,))

    assert arguments(more, "cohort_what_if") == [{"query": {"where": VARIABLE}, "changes": [{"kind": "rate_change", "points": 3.0}]}]
    (narrowed,) = arguments(fewer, "cohort_what_if")
    assert narrowed["query"]["where"]["all"] == [VARIABLE, {"field": "savings", "op": "lt", "value": 500000}]
    assert narrowed["changes"] == [{"kind": "rate_change", "points": 2.0}]


def test_from_one_client_to_the_book_and_back(talk: Talk):
    book = talk("rm", "and for all my clients with a mortgage?", ("what if Tom Hughes loses his job?",))
    back = talk("rm", "what if Sam Doyle loses his job?", (BOOK,))

    assert arguments(book, "cohort_what_if") == [
        {"changes": [{"kind": "job_loss"}], "query": {"where": {"field": "has_mortgage", "op": "eq", "value": True}}}
    ]
    assert arguments(back, "what_if") == [{"changes": [{"kind": "job_loss"}], "client": "Sam Doyle"}]
