import pytest

from agent.understanding.split import clauses, without_opening


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("how am I doing, and which savings account would suit me?", ("how am I doing", "which savings account would suit me?")),
        ("how am I doing? what are the fees?", ("how am I doing?", "what are the fees?")),
        ("what did I spend on coffee and lunch", ("what did I spend on coffee and lunch",)),
        ("payments between 5 and 10 pounds", ("payments between 5 and 10 pounds",)),
        ("clients who have a loan and who are overdrawn", ("clients who have a loan and who are overdrawn",)),
        ("could you tell me how I am doing", ("could you tell me how I am doing",)),
    ],
)
def test_requests_are_cut_apart_and_lists_are_not(text: str, expected: tuple[str, ...]) -> None:
    assert clauses(text) == expected


def test_a_greeting_before_a_request_is_left_out() -> None:
    assert without_opening("Hi there, how am I doing?") == "how am I doing?"
    assert without_opening("hello") == "hello"
