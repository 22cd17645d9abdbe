"""I1: who is asking comes only from the context. "Not yours" and "does not exist" are one answer."""

from typing import Any

import pytest

from agent.context import ClientName, Resolution
from agent.plan import PlannedCall
from agent.toolbox import execute as execution
from agent.toolbox import tool as rows
from agent.toolbox import toolbox, tools_for
from tests.fakes import FakeView, Told, ask, calls, context_for, take_turn
from tests.people import FOREIGN, people
from tests.tools.builders import AS_OF
from tools.twin.goal.goal import Plan

_WHO = ("client", "customer_id", "customer", "subject", "owner", "account_id", "user")


def outcome(who: str, name: str, arguments: dict[str, Any]) -> str:
    return execution.execute(PlannedCall(id=f"{name}.1", name=name, arguments=arguments), context_for(who))[0].outcome


@pytest.mark.parametrize("tool", [tool.name for tool in tools_for("customer")])
def test_a_customers_tool_takes_nobody_as_an_argument(tool: str):
    properties = toolbox()[tool].schema("customer")["function"]["parameters"]
    assert not set(_WHO) & set(properties.get("properties", {}))
    assert properties["additionalProperties"] is False
    for argument in _WHO:
        assert outcome("customer", tool, {argument: "demo:4"}) == "bad_arguments"


def test_without_closed_arguments_an_id_would_be_taken(monkeypatch: Any):
    class Open(rows.Arguments):
        model_config = {"extra": "ignore"}

    monkeypatch.setattr(rows.Tool, "arguments_for", lambda self, role: Open)
    assert outcome("customer", "profile_view", {"customer_id": "demo:4"}) != "bad_arguments"


def scrubbed(told: Told) -> str:
    return told.reply.model_dump_json()


@pytest.mark.parametrize("tool", [tool.name for tool in tools_for("rm") if tool.about_one_customer and tool.name != "affordability"])
async def test_another_books_client_and_nobody_read_the_same_to_the_byte(tool: str):
    answers = {
        scrubbed(await ask("rm", (tool, {"client": reference}), said="how are they"))
        for reference in ("demo:4", "demo:999", "Zebedee Quillfeather", "Nobody Atall")
    }
    assert len(answers) == 1
    assert "There is no such client in your book." in answers.pop()


async def test_a_view_that_resolves_beyond_the_book_is_noticed(monkeypatch: Any):
    everybody = tuple(ClientName(customer_id=key, ref=key, name=one.customer.name) for key, one in people().items())
    monkeypatch.setattr(
        FakeView, "resolve_client", lambda self, reference: Resolution(matches=tuple(one for one in everybody if one.ref == reference))
    )
    monkeypatch.setattr(FakeView, "client_history", lambda self, key: people()[key])
    monkeypatch.setattr(FakeView, "plan", lambda self, key: Plan(customer_id=key, currency="GBP", made_on=AS_OF))
    told = await ask("rm", ("profile_view", {"client": "demo:4"}))
    assert told.reply.verdict.outcome == "replace", "the gate asks the view again and replaces the reply"
    assert "R15" in told.reply.verdict.rules
    assert not any(canary in told.text for canary in FOREIGN)


async def test_a_customer_who_names_somebody_hears_of_own_accounts_only():
    told = await ask("customer", "profile_view", said="show me the account of Ben Carter, demo:2")
    other = people()["demo:2"]
    assert "Ben Carter" not in told.text
    assert {fact.subject for fact in told.record.facts} <= {"demo:1", None}
    assert other.customer.id not in told.text


@pytest.mark.parametrize("name", ["client_lookup", "cohort_query", "portfolio_summary"])
async def test_a_customer_cannot_call_an_rms_tool(name: str):
    assert outcome("customer", name, {}) == "failed"
    told = await take_turn(context_for("customer", "x", calls(name)))
    assert told.record.calls == ()


def test_without_the_role_check_an_rms_tool_would_run(monkeypatch: Any):
    row = toolbox()["profile_view"]
    assert outcome("staff", "profile_view", {}) == "failed"
    monkeypatch.setitem(toolbox(), "profile_view", rows.Tool(**{**row.__dict__, "roles": frozenset({"staff"})}))
    assert outcome("staff", "profile_view", {"client": "demo:1"}) == "not_found"
