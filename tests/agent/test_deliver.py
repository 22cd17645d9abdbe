"""Deliver: commit first, then show what was committed, once; the thread remembers words and calls only."""

from typing import Any

from agent.state import MAX_PAST
from tests.fakes import FakeRecorder, acts, ask, calls, context_for, follow_up, take_turn


async def test_nothing_is_shown_before_it_is_committed():
    shown_at_commit: list[int] = []

    class Counting(FakeRecorder):
        def commit(self, record: Any) -> str:
            shown_at_commit.append(len(record.reply.blocks))
            return super().commit(record)

    told = await take_turn(context_for("customer", "x", calls("profile_view"), recorder=Counting()))
    kinds = [message["kind"] if message["kind"] != "step" else f"{message['name']}:{message['phase']}" for message in told.messages]
    assert kinds.index("deliver:start") < kinds.index("facts") < kinds.index("block") < kinds.index("finished")
    assert len(shown_at_commit) == 1


async def test_what_is_shown_is_what_was_committed():
    told = await ask("customer", "profile_view", "balance_forecast")
    assert [message["block"] for message in told.of("block")] == [block.model_dump(mode="json") for block in told.reply.blocks]
    (finished,) = told.of("finished")
    assert finished["verdict"] == told.reply.verdict.model_dump(mode="json")
    assert (finished["record"], finished["model"], finished["fell_back"]) == ("audit.0", "built-in", None)


async def test_facts_of_charts_and_inputs_of_formulas_come_along():
    told = await ask("customer", "balance_forecast", ("calculate", {"expression": "2400 / 7"}), said="2400 / 7")
    (facts,) = told.of("facts")
    chart = next(block for block in told.reply.blocks if block.type == "chart")
    assert set(chart.facts) <= set(facts["facts"])
    result = next(fact for key, fact in facts["facts"].items() if key.endswith(".result"))
    assert set(result["inputs"]) <= set(facts["facts"])


async def test_a_second_delivery_shows_the_same_and_commits_nothing():
    recorder = FakeRecorder()
    context = context_for("customer", "hello", acts("small_talk", "greet"), acts("small_talk", "greet"), recorder=recorder)
    first = await take_turn(context)
    second = await take_turn(context)
    assert len(recorder.records) == 1
    assert first.of("finished")[0]["record"] == second.of("finished")[0]["record"]


async def test_a_thread_remembers_a_few_turns():
    context = context_for("customer", "hello 0", *[acts("small_talk", "greet") for _ in range(9)])
    await take_turn(context)
    for number in range(1, 9):
        await take_turn(follow_up(context, f"hello {number}"))
    seen = [message.content for message in context.fallback.seen[-1] if message.type == "human"]  # type: ignore[attr-defined]
    assert seen == [f"hello {number}" for number in range(8 - MAX_PAST, 9)]
