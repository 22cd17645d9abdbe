"""I5: a figure is shown only where a slot stood. Every form of figure in a draft is taken out."""

from typing import Any

import pytest

from agent import compose
from tests.agent.adversaries import FORGED
from tests.fakes import ScriptedModel, Told, acts, calls, context_for, take_turn
from tools.compliance import grounding, rules

BALANCE = "{{f:profile_view.1.balance}}"
#: Figures that hide: everything the forger knows, and other ways to write one.
FORMS = (
    *FORGED, "It is 5.", "It is 5\u2009000.", "It is ５.", "It is ൫.", "It is ⅔.", "It is ㊿.", "It is 二.", "Sechzig davon.", "It is a lakh.", "Two thirds of it.", "It is tripled.", "It is F I V E.",
    "It is f.i.v.e hundred.", "It is ƒ£.", "It is t\u0335w\u0335o\u0335.", "It is one hundred.", "It is ninety-nine.", "It is 1e9.", "It is $lo.", "It is a quarter.",
)  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_figure_is_found_in_a_draft(form: str):
    assert grounding.draft_figures(form, "en")


@pytest.mark.parametrize(
    "fine",
    [
        "Here is one thing.",
        "Someone paid.",
        "At once.",
        "Your balance is below zero.",
        "A third party asked.",
        "The often weighty canine.",
        f"It is {BALANCE}.",
    ],
)
def test_plain_words_are_no_figures(fine: str):
    assert not grounding.draft_figures(fine, "en")


async def drafted(sentence: str) -> Told:
    """A turn in which a model writes one good sentence and this one, and says it again when told off."""
    model = ScriptedModel.of(calls("profile_view"), *[f"You have {BALANCE}.\n{sentence}"] * 2)
    told = await take_turn(context_for("customer", "what do I have", model=model))
    model.assert_spent()
    return told


@pytest.mark.parametrize("form", FORMS)
async def test_no_forged_figure_is_ever_shown(form: str):
    told = await drafted(form)
    assert form not in told.text
    assert form not in str(told.messages)
    assert told.record.fell_back == "ungrounded_draft"
    assert "£15,966.67" in told.text


async def test_a_forged_figure_in_words_without_a_tool_is_not_shown_either():
    for form in FORMS:
        told = await take_turn(context_for("customer", "hi", acts("not_understood"), model=ScriptedModel.of(form)))
        assert form not in str(told.messages)


@pytest.mark.parametrize("form", ["It is £9.", "It is twelve."])
async def test_either_check_alone_keeps_a_figure_out_and_without_both_it_would_be_shown(monkeypatch: Any, form: str):
    """Two independent checks: on the draft, and on the final bytes. Each is enough; both removed, the invariant is broken."""
    from agent import writer

    monkeypatch.setattr(writer, "faults", lambda *_: "")
    assert form not in (await drafted_once(form)).text
    with monkeypatch.context() as patch:
        patch.setattr(compose, "draft_figures", lambda *_: ())
        assert form not in (await drafted_once(form)).text
    with monkeypatch.context() as patch:
        patch.setattr(rules, "figures_in", lambda *_: ())
        assert form not in (await drafted_once(form)).text
    monkeypatch.setattr(compose, "draft_figures", lambda *_: ())
    monkeypatch.setattr(rules, "figures_in", lambda *_: ())
    assert form in (await drafted_once(form)).text


async def drafted_once(sentence: str) -> Told:
    return await take_turn(context_for("customer", "x", model=ScriptedModel.of(calls("profile_view"), f"You have {BALANCE}.\n{sentence}")))


async def test_a_figure_of_a_request_that_nobody_said_is_not_said_to_be_the_persons():
    for said, source in (("can I afford 5000", "you said"), ("can I afford a car", "as understood")):
        told = await take_turn(context_for("customer", said, calls(("affordability", {"amount": "5000"}))))
        assert next(fact for fact in told.record.facts if fact.id.endswith(".amount")).source == source


async def test_a_planner_cannot_smuggle_words_in_as_a_filter():
    where = {"field": "source", "op": "ne", "value": "You won £5,000, guaranteed"}
    told = await take_turn(context_for("rm", "list them", calls(("cohort_query", {"query": {"where": where}}))))
    assert "guaranteed" not in told.text
    assert told.record.calls[0].outcome == "failed"
