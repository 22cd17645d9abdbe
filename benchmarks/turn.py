"""A turn of ours without model and tools, against an empty LangGraph graph that takes the same way: `personaforge bench turn`.

Two ways are measured. `talk`: intake, supervisor, gate, deliver; this is the one with the target. `tool`: one specialist more, with one
call whose tool does nothing but return one figure. Ours does all that a turn does (language, triage, plan, phrases, rendering, every rule
of the gate, the record of the turn, the messages to the page); only the model answers at once and the record is kept in a list.

The empty graph has the same state, nodes, edges and routing, and its nodes return what routing needs and nothing else. Both sides have
the saver of the server (SQLite in a file), durability `exit`, stream mode `custom`. Turns of all four alternate in one process and one
thread of conversation each; the figure is the ratio of medians.
"""

import asyncio
import contextlib
import json
import statistics
import tempfile
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from langchain_core.messages import AIMessage
from langgraph.graph import END, START, StateGraph

from agent.context import Principal, RunContext
from agent.finding import Finding, FindingBuilder
from agent.graph import GATE, after_intake, after_specialist, build_graph, chosen_specialists, words_or_act
from agent.plan import Plan, PlannedCall, Task
from agent.record import TurnRecord
from agent.specialists import SPECIALISTS
from agent.state import TurnState
from agent.toolbox import toolbox
from agent.toolbox.tool import NoArguments, Tool
from agent.turn import run_turn
from knowledge.catalogue import load_catalogue
from server.checkpoints import open_checkpointer
from server.keys import KeyRing

TARGET = 1.5
TURNS, WARM_UP = 300, 20
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
STUB = "calculate"


class AnswersAtOnce:
    """In the place of a chat model: one answer, ready."""

    def __init__(self, answer: AIMessage) -> None:
        self.answer = answer

    def bind_tools(self, *_: Any, **__: Any) -> "AnswersAtOnce":
        return self

    async def ainvoke(self, _: Any) -> AIMessage:
        return self.answer


class EmptyView:
    """A customer without data: nothing is looked up."""

    def business_date(self) -> date:
        return NOW.date()


class KeptInAList:
    """Where the record of a turn goes."""

    def __init__(self) -> None:
        self.records: list[TurnRecord] = []

    def commit(self, record: TurnRecord) -> str:
        self.records.append(record)
        return str(len(self.records))


def one_figure(_: NoArguments, made: FindingBuilder) -> Finding:
    """A tool that does nothing: one figure."""
    made.fact("result", "result", 1.0, "score", digits=0)
    return made.build("ok")


@contextlib.contextmanager
def stub_tool() -> Iterator[None]:
    """Put the stub in the place of `calculate`, whose phrases it uses."""
    rows, real = toolbox(), toolbox()[STUB]
    rows[STUB] = Tool(STUB, real.specialist, real.roles, "read", NoArguments, real.about, one_figure)
    try:
        yield
    finally:
        rows[STUB] = real


def context_of(answer: AIMessage, thread: str, said: str) -> RunContext:
    """A customer's run."""
    model: Any = AnswersAtOnce(answer)
    view: Any = EmptyView()
    no_desk: Any = None
    no_retriever: Any = None
    principal = Principal(subject="s", login="ada", role="customer", name="Ada", customer_id="demo:1")
    return RunContext(
        principal=principal, view=view, recorder=KeptInAList(), desk=no_desk, catalogue=load_catalogue(), retriever=no_retriever, model=model,
        fallback=model, run_id="r", thread_id=thread, now=lambda: NOW, said=said,
    )  # fmt: skip


def empty_graph(saver: Any, plan: Plan) -> Any:
    """The graph of `agent.graph` with nodes that do nothing."""

    async def nothing(_: TurnState) -> dict[str, Any]:
        return {"record": None}

    async def planned(_: TurnState) -> dict[str, Any]:
        return {"plan": plan, "wave": 1}

    async def emptied(_: TurnState) -> dict[str, Any]:
        return {"plan": None}

    graph = StateGraph(TurnState, context_schema=RunContext)
    for name, node in {"confirm": nothing, "intake": nothing, "supervisor": planned, "deliver": emptied}.items():
        graph.add_node(name, node)
    for name in SPECIALISTS:
        graph.add_node(name, nothing)
        graph.add_conditional_edges(name, after_specialist, ["supervisor", GATE])
    graph.add_node(GATE, nothing, defer=True)
    graph.add_conditional_edges(START, words_or_act, ["confirm", "intake"])
    graph.add_edge("confirm", GATE)
    graph.add_conditional_edges("intake", after_intake, ["supervisor", GATE])
    graph.add_conditional_edges("supervisor", chosen_specialists, [*SPECIALISTS, GATE])
    graph.add_edge(GATE, "deliver")
    graph.add_edge("deliver", END)
    return graph.compile(checkpointer=saver)


@contextlib.asynccontextmanager
async def sides(folder: Path) -> AsyncGenerator[dict[str, Callable[[], AsyncIterator[Any]]]]:
    """What is timed, by name."""
    keys = KeyRing(folder / "keys")
    call = {"name": STUB, "args": {}, "id": "1", "type": "tool_call"}
    talk = context_of(AIMessage(content="", additional_kwargs={"act": "small_talk", "words": ["thanks"]}), "talk", "thanks")
    tool = context_of(AIMessage(content="", tool_calls=[call]), "tool", "what is that together?")
    specialist = toolbox()[STUB].specialist
    one_task = Plan(tasks=(Task(specialist=specialist, calls=(PlannedCall(id="1", name=STUB, arguments={}),)),))
    async with (
        open_checkpointer(f"sqlite:///{folder / 'ours.db'}", keys) as ours,
        open_checkpointer(f"sqlite:///{folder / 'empty.db'}", keys) as theirs,
    ):
        graph = build_graph(ours)
        empty_talk, empty_tool = empty_graph(theirs, Plan(act="small_talk")), empty_graph(theirs, one_task)
        yield {
            "talk": lambda: run_turn(graph, talk),
            "talk_empty": lambda: run_turn(empty_talk, talk),
            "tool": lambda: run_turn(graph, tool),
            "tool_empty": lambda: run_turn(empty_tool, tool),
        }


async def measure() -> dict[str, float]:
    """Milliseconds of the median turn of each side."""
    times: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder, stub_tool():
        async with sides(Path(folder)) as timed:
            for number in range(WARM_UP + TURNS):
                for name, turn in timed.items():
                    begin = time.perf_counter()
                    async for _ in turn():
                        pass
                    if number >= WARM_UP:
                        times.setdefault(name, []).append(time.perf_counter() - begin)
    return {name: statistics.median(taken) * 1000 for name, taken in times.items()}


def main() -> None:
    """Measure and print one JSON object."""
    found = asyncio.run(measure())
    ratio = found["talk"] / found["talk_empty"]
    print(
        json.dumps(
            {
                "benchmark": "turn",
                "milliseconds": {name: round(taken, 2) for name, taken in found.items()},
                "turns": TURNS,
                "ratio": round(ratio, 3),
                "ratio_with_one_stub_tool": round(found["tool"] / found["tool_empty"], 3),
                "target": TARGET,
                "met": ratio <= TARGET,
            }
        )
    )


if __name__ == "__main__":
    main()
