"""How managers and staff ask what changed and how the model does."""

from datetime import date
from typing import Any

import pytest

from agent.context import Role
from agent.plan import Frame, PastTurn
from agent.toolbox import tools_for
from agent.understanding.intent import IntentModel
from agent.understanding.understand import Understanding, understand
from agent.understanding.vocabulary import Vocabulary

#: A Wednesday.
TODAY = date(2027, 3, 31)


def read(intents: IntentModel, role: Role, words: str, *past: PastTurn) -> Understanding:
    tools = {tool.name: tool.schema(role)["function"]["parameters"] for tool in tools_for(role)}
    return understand(words, past, Vocabulary(role=role, tools=tools, as_of=TODAY), intents)


@pytest.mark.parametrize(
    ("role", "words", "name", "arguments"),
    [
        ("rm", "what changed in my book since Monday", "portfolio_summary", {"since": "2027-03-29"}),
        ("rm", "who got worse since last month", "portfolio_summary", {"since": "2027-02-28"}),
        ("rm", "who got better and who got worse this month", "portfolio_summary", {"since": "2027-03-01"}),
        ("rm", "what should I know about my book today", "portfolio_summary", {}),
        ("rm", "what changed today", "portfolio_summary", {"since": "2027-03-30"}),
        ("rm", "how has my portfolio developed since January", "portfolio_summary", {"since": "2027-01-01"}),
        ("staff", "what changed across the bank since last week", "portfolio_summary", {"since": "2027-03-24"}),
        ("staff", "how good is the stress model", "model_card", {"about": "quality"}),
        ("staff", "has the model drifted", "model_card", {"about": "drift"}),
        ("staff", "did the scores come true", "model_card", {"about": "calibration"}),
        ("staff", "is the score fair to older customers", "model_card", {"about": "groups"}),
        ("staff", "show the band flows since 1 March", "model_card", {"about": "flows", "since": "2027-03-01"}),
        ("staff", "what are the limits of the stress model", "model_card", {}),
    ],
)
def test_words_become_a_call(intents: IntentModel, role: Role, words: str, name: str, arguments: dict[str, Any]):
    found = read(intents, role, words)
    assert [(frame.name, frame.arguments) for frame in found.frames] == [(name, arguments)]


@pytest.mark.parametrize("words", ["who is the most stressed customer", "which customers are critical", "how is Anna doing"])
def test_staff_are_told_of_nobody(intents: IntentModel, words: str):
    assert read(intents, "staff", words).frames == ()


@pytest.mark.parametrize(
    ("role", "before", "words", "arguments"),
    [
        ("rm", Frame(name="portfolio_summary", arguments={"since": "2027-02-28"}), "and since Monday?", {"since": "2027-03-29"}),
        ("staff", Frame(name="model_card", arguments={"about": "drift"}), "and is it fair?", {"about": "groups"}),
    ],
)
def test_a_follow_up_changes_the_day_or_the_part(intents: IntentModel, role: Role, before: Frame, words: str, arguments: dict[str, Any]):
    found = read(intents, role, words, PastTurn(text="earlier", frames=(before,)))
    assert [(frame.name, frame.arguments) for frame in found.frames] == [(before.name, arguments)]
