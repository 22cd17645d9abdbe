from typing import Any

import pytest

from agent.understanding.ask import Ask
from agent.understanding.goal import goal_arguments
from agent.understanding.normalise import normalise
from tests.agent.understanding.talks import TODAY, Talk, arguments


def goal(text: str) -> dict[str, Any] | Ask:
    return goal_arguments(normalise(text), TODAY)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("when could I have 5,000 for a trip?", {"amount": "5000", "purpose": "a trip"}), ("I want to save 12 grand for a deposit by June 2029", {"amount": "12000", "by": "2029-06-30", "purpose": "a deposit"}),
        ("set me a goal of £8,000 for a wedding in two years", {"amount": "8000", "by": "2029-03-31", "purpose": "a wedding"}), ("20k house deposit by 2030", {"amount": "20000", "by": "2030-01-01", "purpose": "house deposit"}),
        ("I need 4k to go to Japan next summer", {"amount": "4000", "by": "2027-08-31", "purpose": "Japan"}), ("how long till I've got 10k saved up", {"amount": "10000"}), ("can I have £3,000 for Christmas?", {"amount": "3000", "by": "2027-12-25"}),
        ("can you put me on track for 1500 by august for my sister's hen do", {"amount": "1500", "by": "2027-08-31", "purpose": "my sister's hen do"}), ("two and a half thousand for a sofa", {"amount": "2500", "purpose": "a sofa"}),
        ("how much do I need to save each month to have 6000 in two years", {"amount": "6000", "by": "2029-03-31"}), ("5000 for a trip, when would that be?", {"amount": "5000", "purpose": "a trip"}),
        ("I'd love to have five thousand pounds tucked away by next spring", {"amount": "5000", "by": "2027-05-31"}),
    ],
)  # fmt: skip
def test_the_sum_the_day_and_the_purpose_in_the_persons_words(text: str, wanted: dict[str, Any]):
    assert goal(text) == wanted


@pytest.mark.parametrize("text", ["help me save for a car", "set a goal", "5000 or 6000 for a trip", "save 300 a month for a trip"])
def test_without_one_clear_sum_it_is_asked_for(text: str):
    found = goal(text)

    assert isinstance(found, Ask)
    assert found.about in {"amount", "query"}


@pytest.mark.parametrize(
    ("text", "unclear"),
    [
        ("5k for a trip before my birthday", "before"),
        ("my bonus of 4k isn't coming", "isn't"),
        ("5000 for each of the kids", "each"),
        ("5000 unless rates rise", "unless"),
    ],
)
def test_what_a_goal_cannot_hold_is_asked_about(text: str, unclear: str):
    found = goal(text)

    assert isinstance(found, Ask)
    assert found.about == "query"
    assert unclear in found.options[0]


def test_follow_ups_change_the_sum_the_day_or_the_purpose(talk: Talk):
    first = "when could I have 5,000 for a trip?"

    assert arguments(talk("customer", "and by next June?", (first,)), "set_goal") == [
        {"amount": "5000", "purpose": "a trip", "by": "2027-06-30"}
    ]
    assert arguments(talk("customer", "make it 6,000", (first, "and by next June?")), "set_goal") == [
        {"amount": "6000", "purpose": "a trip", "by": "2027-06-30"}
    ]
    assert arguments(talk("customer", "and for a car instead?", (first,)), "set_goal") == [{"amount": "5000", "purpose": "a car"}]


def test_a_follow_up_about_another_client(talk: Talk):
    found = talk("rm", "what about Sam Doyle?", ("when could Maria Lopez have 20k for a house deposit?",))

    assert arguments(found, "set_goal") == [{"amount": "20000", "purpose": "a house deposit", "client": "Sam Doyle"}]


def test_an_answer_to_which_amount_completes_the_goal(talk: Talk):
    assert arguments(talk("customer", "5000", ("help me save for a car",)), "set_goal") == [{"amount": "5000", "purpose": "a car"}]
