"""I2: what a model sees is a part of what the person may see, and no untrusted text is in it."""

import json
from typing import Any

import pytest

from agent import writer
from agent.finding import Finding
from tests.fakes import ScriptedModel, calls, context_for, take_turn
from tests.people import BOOK, FOREIGN, UNTRUSTED, people, snapshot_of
from tools.compliance.rendering import render_money

ALL_OWN = calls("profile_view", "find_transactions", "spending_breakdown", "balance_forecast", "stress_status", "recommend_product")
ALL_RM = calls(
    "portfolio_summary", ("cohort_query", {"query": {}}), ("client_lookup", {"client": "Ada Moss"}), ("profile_view", {"client": "demo:1"})
)


def seen(model: ScriptedModel) -> str:
    """Everything that reached the model: messages and tool schemas."""
    return json.dumps([[message.model_dump(mode="json") for message in each] for each in model.seen], ensure_ascii=False) + json.dumps(
        model.offered
    )


def writer_model(plan: Any, sections: int) -> ScriptedModel:
    return ScriptedModel.of(plan, *["Here is what I found." for _ in range(sections)])


def leaks(text: str, who: str) -> list[str]:
    """Canaries of others and of the outside world in what a model saw."""
    visible = {"customer": ("demo:1",), "rm": BOOK}[who]
    others = [one.customer.name for key, one in people().items() if key not in visible]
    figures = [render_money(snapshot_of(key).balance, "GBP") for key in people() if key not in visible]
    outside = [words.split()[0] for words in UNTRUSTED.values()]
    return [words for words in (*FOREIGN, *others, *figures, *outside) if words in text]


async def shown(who: str, said: str = "tell me all") -> tuple[str, ScriptedModel]:
    model = writer_model(ALL_OWN if who == "customer" else ALL_RM, 3 if who == "customer" else 2)
    context = context_for(who, said, model=model)
    await take_turn(context)
    model.assert_spent()
    return seen(model), model


@pytest.mark.parametrize("who", ["customer", "rm"])
async def test_nothing_of_others_and_nothing_untrusted_reaches_a_model(who: str):
    assert leaks((await shown(who))[0], who) == []


@pytest.mark.parametrize("who", ["customer", "rm"])
async def test_the_check_fails_when_the_brief_carries_untrusted_text(monkeypatch: Any, who: str):
    real = writer._brief

    def careless(findings: list[Finding], *given: Any) -> dict[str, Any]:
        return real(findings, *given) | {"texts": [text.text for finding in findings for text in finding.texts]}

    monkeypatch.setattr(writer, "_brief", careless)
    assert leaks((await shown(who))[0], who) != []
