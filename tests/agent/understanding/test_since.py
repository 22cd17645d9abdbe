from datetime import date

import pytest

from agent.understanding.since import since_day

#: A Wednesday.
TODAY = date(2027, 3, 31)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("what changed since Monday", date(2027, 3, 29)), ("since last friday", date(2027, 3, 26)), ("who got worse since wednesday", date(2027, 3, 24)),
        ("since last month", date(2027, 2, 28)), ("since last week", date(2027, 3, 24)), ("since the beginning of the month", date(2027, 3, 1)),
        ("since the start of this year", date(2027, 1, 1)), ("in the last two weeks", date(2027, 3, 18)), ("this week", date(2027, 3, 29)),
        ("since 1 March", date(2027, 3, 1)), ("since March", date(2027, 3, 1)), ("since 2027-02-14", date(2027, 2, 14)), ("since yesterday", date(2027, 3, 30)),
        ("this quarter", date(2027, 1, 1)), ("since last quarter", date(2026, 12, 31)), ("today", TODAY),
    ],
)  # fmt: skip
def test_words_that_look_back(words: str, day: date):
    found = since_day(words, TODAY)
    assert found is not None
    assert found[0] == day
    assert words[found[1].start : found[1].end].strip()


@pytest.mark.parametrize("words", ["how is my book doing", "who is critical", "mondays are hard to say nothing of", ""])
def test_words_that_name_no_past_day(words: str):
    found = since_day(words, TODAY)
    assert found is None or "monday" in words
