import pytest

from agent.understanding.arithmetic import expression_of


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("what's 15% of 2,400?", "15% of 2400"), ("450 divided by 12", "450 / 12"), ("12 * 45", "12 * 45"), ("how much is 300 plus 120?", "300 + 120"),
        ("split 240 by 3", "240 / 3"), ("subtract 75 from 300", "300 - 75"), ("half of 900", "50% of 900"), ("2.5k times 4", "2500 * 4"), ("(2 + 3) * 4", "(2 + 3) * 4"),
    ],
)  # fmt: skip
def test_arithmetic_in_words(text: str, expression: str) -> None:
    assert expression_of(text) == expression


@pytest.mark.parametrize(
    "text", ["what is my balance", "can I afford 300", "2400", "15% of my salary", "__import__('os')", "2 ** 9999", "what is 5 + five"]
)
def test_anything_more_is_no_expression(text: str) -> None:
    assert expression_of(text) is None
