"""The shape of the conversation: nothing reaches a person except through the gate, which runs once in every turn."""

from collections.abc import Iterable
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from agent import specialist, supervisor
from agent.finding import Finding
from agent.graph import GATE, build_graph
from agent.plan import Plan, PlannedCall, Task
from agent.specialists import SPECIALISTS
from tests.fakes import Told, acts, calls, context_for, take_turn

START, END = "__start__", "__end__"


def edges() -> list[tuple[str, str]]:
    return [(edge.source, edge.target) for edge in build_graph(InMemorySaver()).get_graph().edges]


def reachable(pairs: Iterable[tuple[str, str]], start: str, without: str | None = None) -> set[str]:
    """Nodes that can be reached from `start`, with one node taken out."""
    found, todo, known = set[str](), [start], [pair for pair in pairs if without not in pair]
    while todo:
        here = todo.pop()
        if here not in found:
            found.add(here)
            todo += [target for source, target in known if source == here]
    return found


def test_nothing_reaches_a_person_around_the_gate():
    assert END in reachable(edges(), START)
    assert END not in reachable(edges(), START, without=GATE)
    assert "deliver" not in reachable(edges(), START, without=GATE)


def test_every_specialist_and_the_supervisor_lie_before_the_gate():
    before = reachable(edges(), START, without=GATE)
    assert before == {START, "intake", "supervisor", "confirm", *SPECIALISTS}


def test_an_act_of_the_person_goes_to_confirm_and_from_there_to_the_gate_only():
    assert {target for source, target in edges() if source == START} == {"intake", "confirm"}
    assert [target for source, target in edges() if source == "confirm"] == [GATE]
    assert [source for source, target in edges() if target == "confirm"] == [START]


def test_there_is_no_way_back_from_the_gate():
    assert reachable(edges(), GATE) == {GATE, "deliver", END}
    assert [target for source, target in edges() if source == GATE] == ["deliver"]
    assert [target for source, target in edges() if source == "deliver"] == [END]


def test_an_edge_around_the_gate_would_be_noticed():
    assert END in reachable([*edges(), ("supervisor", "deliver")], START, without=GATE)


def gates(told: Told) -> list[dict[str, Any]]:
    return [message for message in told.of("step") if message["name"] == GATE and message["phase"] == "end"]


@pytest.mark.parametrize(
    ("who", "said", "step"),
    [
        ("customer", "hello", acts("small_talk", "greet")),
        ("customer", "asdf", acts("not_understood")),
        ("customer", "I can't pay my rent", None),
        ("customer", "how am I doing?", calls("stress_status")),
        ("customer", "how am I doing and what comes next and what suits me?", calls("stress_status", "balance_forecast", "recommend_product")),
        ("rm", "a client wants to make a complaint, what do I do", None),
        ("staff", "what about complaints", calls(("product_question", {"question": "complaints"}))),
    ],
)  # fmt: skip
async def test_the_gate_runs_once_in_every_turn(who: str, said: str, step: Any):
    told = await take_turn(context_for(who, said, *([step] if step else [])))
    assert len(gates(told)) == 1
    assert told.record.reply.verdict.outcome != "replace"


async def test_the_gate_waits_for_all_specialists_of_two_waves(monkeypatch: Any):
    async def two_waves(*_: Any) -> Plan:
        def task(name: str, tool: str, wave: int) -> Task:
            return Task(specialist=name, wave=wave, calls=(PlannedCall(id=f"{tool}.{wave}", name=tool, arguments={}),))

        return Plan(
            tasks=(
                task("risk_analyst", "stress_status", 1),
                task("persona_simulator", "balance_forecast", 1),
                task("product_advisor", "recommend_product", 2),
            )
        )

    monkeypatch.setattr(supervisor, "make_plan", two_waves)
    told = await take_turn(context_for("customer"))
    assert len(gates(told)) == 1
    assert [call.name for call in told.record.calls][-1] == "recommend_product"
    assert {call.name for call in told.record.calls} == {"stress_status", "balance_forecast", "recommend_product"}
    order = [message.get("name") for message in told.messages if message["kind"] in {"specialist", "step"} and message["phase"] == "start"]
    assert order.index("compliance_checker") > max(order.index(name) for name in SPECIALISTS)


async def test_a_defect_in_a_specialist_takes_only_its_part(monkeypatch: Any):
    real = specialist.write_section

    async def broken(author: str, findings: list[Finding], *given: Any, **more: Any) -> Any:
        if author == "risk_analyst" and findings[0].outcome == "ok":
            raise KeyError("defect")
        return await real(author, findings, *given, **more)

    monkeypatch.setattr(specialist, "write_section", broken)
    told = await take_turn(context_for("customer", "x", calls("stress_status", "balance_forecast")))
    assert len(gates(told)) == 1
    assert "One part of the answer is missing" in told.text
    assert "Your balance stands at" in told.text


async def test_only_told_messages_leave_the_graph():
    told = await take_turn(context_for("customer", "x", calls("stress_status", "profile_view")))
    assert {message["kind"] for message in told.messages} == {"step", "specialist", "tool", "facts", "block", "finished"}
    kinds = [message["kind"] for message in told.messages]
    gate_at = told.messages.index(gates(told)[0])
    assert min(kinds.index("facts"), kinds.index("block")) > gate_at
    for message in told.messages[:gate_at]:
        assert "£" not in str(message)
        assert "{{" not in str(message)


async def test_a_checkpoint_keeps_words_and_calls_and_nothing_else():
    graph = build_graph(InMemorySaver())
    context = context_for("customer", "how am I doing?", calls("profile_view"))
    await take_turn(context, graph)
    kept = (await graph.aget_state({"configurable": {"thread_id": context.thread_id}})).values
    assert kept["past"] == [{"text": "how am I doing?", "frames": [{"name": "profile_view", "arguments": {}}]}]
    assert not any(value for key, value in kept.items() if key not in {"past", "record", "language"})
    assert "messages" not in kept
