"""Running a call: values are loaded by type for one person, and whatever happens ends in a closed outcome."""

from types import NoneType
from typing import Any, get_args

import pytest

from agent.finding import FindingBuilder
from agent.plan import PlannedCall
from agent.toolbox import execute as execution
from agent.toolbox import toolbox
from agent.toolbox.execute import execute
from tests.fakes import FakeView, context_for
from tools.errors import PersonaForgeError, TooShortError


def ran(who: str, name: str, **arguments: Any) -> Any:
    return execute(PlannedCall(id=f"{name}.1", name=name, arguments=arguments), context_for(who))


def test_facts_carry_the_call_the_tool_and_the_customer():
    finding, record = ran("customer", "profile_view")
    assert {fact.subject for fact in finding.facts} == {"demo:1"}
    assert all(fact.id.startswith("profile_view.1.") and fact.source == "profile_view" for fact in finding.facts)
    assert (record.outcome, record.specialist, set(record.facts)) == ("ok", "persona_simulator", {fact.id for fact in finding.facts})


def test_an_rms_facts_are_about_the_client_that_was_named():
    finding, _ = ran("rm", "profile_view", client="Ben")
    assert {fact.subject for fact in finding.facts} == {"demo:2"}
    assert finding.client is not None
    assert finding.texts[-1].text == "Ben Carter"


@pytest.mark.parametrize(
    ("who", "name", "arguments", "outcome", "why"),
    [
        ("customer", "client_lookup", {}, "failed", "not_allowed"), ("customer", "profile_view", {"client": "x"}, "bad_arguments", "bad_arguments"), ("rm", "profile_view", {}, "bad_arguments", "bad_arguments"),
        ("rm", "profile_view", {"client": "Nobody"}, "not_found", "not_found"), ("rm", "profile_view", {"client": "Ada"}, "ambiguous", "ambiguous"), ("new", "balance_forecast", {}, "failed", "too_short"),
        ("customer", "calculate", {"expression": "1 +"}, "failed", "bad_expression"), ("staff", "profile_view", {}, "failed", "not_allowed"),
    ],
)  # fmt: skip
def test_whatever_happens_has_a_closed_outcome(who: str, name: str, arguments: dict[str, Any], outcome: str, why: str):
    finding, record = ran(who, name, **arguments)
    assert (finding.outcome, finding.labels["why"], record.outcome) == (outcome, why, outcome)
    assert finding.facts == ()


def test_names_that_fit_several_are_given_as_untrusted_texts_of_the_own_book():
    finding, _ = ran("rm", "profile_view", client="Ada")
    assert [text.text for text in finding.texts] == ["Ada Moss (1)", "Ada Park (5)"]


@pytest.mark.parametrize(("error", "why"), [(TooShortError("x. y."), "too_short"), (PersonaForgeError("x. y.", code="refused"), "refused")])
def test_the_words_of_an_error_go_nowhere(monkeypatch: Any, error: Exception, why: str):
    def failing(*_: Any) -> Any:
        raise error

    monkeypatch.setattr(FakeView, "own_history", failing)
    finding, _ = ran("customer", "profile_view")
    assert finding.labels == {"why": why}


def test_only_what_a_tool_asks_for_is_loaded(monkeypatch: Any):
    monkeypatch.setattr(execution, "fit_twin", lambda *_: 1 / 0)
    monkeypatch.setattr(execution, "stress_status", lambda *_: 1 / 0)
    assert ran("customer", "profile_view")[0].outcome == "ok"
    with pytest.raises(ZeroDivisionError):
        ran("customer", "balance_forecast")


def test_every_row_asks_only_for_what_the_loader_knows():
    context = context_for("customer")
    for tool in toolbox().values():
        loader = execution.Loader(context, None)
        for wanted in tool.parameters.values():
            given = loader.value(wanted, tool.arguments.model_construct(), None)  # type: ignore[arg-type]
            assert given is not None or wanted is FindingBuilder or NoneType in get_args(wanted)
