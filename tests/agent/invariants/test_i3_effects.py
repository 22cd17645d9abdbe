"""I3: no tool changes anything; the only thing a turn leaves is a note of the person's own, taken in deliver, with undo."""

from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from agent import escalation
from agent.graph import build_graph
from agent.toolbox import goals, toolbox
from tests.fakes import FakeDesk, FakeRecorder, FakeView, ScriptedModel, Told, acts, ask, calls, context_for, take_turn

READS = {
    "principal",
    "own_history",
    "client_history",
    "resolve_client",
    "clients",
    "snapshot",
    "run_query",
    "twins",
    "outlooks",
    "priors",
    "plan",
    "contacts",
    "changes",
    "business_date",
}


def test_tools_read_one_takes_a_note_and_one_proposes():
    assert {tool.name: tool.effect for tool in toolbox().values() if tool.effect != "read"} == {
        "human_handoff": "note",
        "set_goal": "propose",
        "intervention_suggest": "propose",
    }


def test_the_view_a_tool_gets_has_nothing_that_writes():
    assert {name for name in dir(FakeView) if not name.startswith("_")} == READS


class Watched(FakeRecorder):
    """Knows what had been told when a turn was committed."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = 0

    def commit(self, record: Any) -> str:
        self.calls += 1
        return super().commit(record)


def commits_once(told: Told, recorder: Watched) -> bool:
    return recorder.calls == 1 and len(told.records) == 1


@pytest.mark.parametrize("names", [("profile_view", "stress_status", "recommend_product"), ("human_handoff",), ()])
async def test_a_turn_commits_once_and_only_in_deliver(names: tuple[str, ...]):
    recorder = Watched()
    step = calls(*names) if names else acts("small_talk", "greet")
    told = await take_turn(context_for("customer", "x", step, recorder=recorder))
    assert commits_once(told, recorder)


async def test_a_tool_that_commits_is_noticed(monkeypatch: Any):
    real = escalation.FindingBuilder.build

    def committing(self: Any, outcome: str, **more: Any) -> Any:
        recorder.commit(FakeRecorder)  # type: ignore[arg-type]
        return real(self, outcome, **more)

    recorder = Watched()
    recorder.records = []
    monkeypatch.setattr(Watched, "commit", lambda self, record: setattr(self, "calls", self.calls + 1) or "audit.0")
    monkeypatch.setattr(escalation.FindingBuilder, "build", committing)
    told = await take_turn(context_for("customer", "x", calls("profile_view"), recorder=recorder))
    assert not commits_once(told, recorder)


async def test_a_ticket_comes_with_the_turn_and_can_be_undone():
    told = await ask("customer", "human_handoff")
    (note,) = told.record.notes
    block = next(block for block in told.reply.blocks if block.type == "escalation")
    assert (note.kind, note.reference, block.undo) == ("ticket", block.reference, True)
    assert note.reference in block.text.text


async def test_a_proposal_comes_with_the_turn_and_changes_nothing():
    desk = FakeDesk()
    told = await take_turn(context_for("customer", "40000 for a boat", calls(("set_goal", {"amount": "40000"})), desk=desk))
    (change,) = told.record.proposals
    block = next(block for block in told.reply.blocks if block.type == "proposal")
    assert (change.kind, change.id, change.customer_id, block.verb) == ("goal", block.proposal, "demo:1", "Save the goal")
    assert block.expires_at == change.expires_at.isoformat()
    assert desk.acts == []


async def test_what_the_gate_leaves_out_of_a_proposal_cannot_be_approved(monkeypatch: Any):
    """A proposal is shown whole or not at all: one line that does not hold takes it out of the reply and out of the turn."""
    monkeypatch.setattr(goals, "_VERB", "Save £9,999")
    told = await take_turn(context_for("customer", "40000 for a boat", calls(("set_goal", {"amount": "40000"}))))
    assert "9,999" not in str(told.messages)
    assert not [block for block in told.reply.blocks if block.type == "proposal"]
    assert told.record.proposals == ()


async def test_a_failing_commit_shows_nothing():
    class Full(FakeRecorder):
        def commit(self, record: Any) -> str:
            raise OSError("disk full")

    from agent.turn import run_turn

    told: list[dict[str, Any]] = []

    async def follow() -> None:
        async for message in run_turn(build_graph(InMemorySaver()), context_for("customer", "x", calls("profile_view"), recorder=Full())):
            told.append(message)

    with pytest.raises(OSError, match="disk full"):
        await follow()
    assert told
    assert not [message for message in told if message["kind"] in {"block", "facts", "finished"}]


async def test_a_planner_cannot_make_a_ticket_for_an_rm_nor_call_what_does_not_exist():
    for name in ("human_handoff", "transfer_money", "delete_customer"):
        model = ScriptedModel.of(calls(name))
        told = await take_turn(context_for("rm", "x", acts("not_understood"), model=model))
        assert told.record.notes == ()
        assert told.record.calls == ()
