"""The whole conversation. Nothing reaches a person except through the gate."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportArgumentType=false

from typing import TYPE_CHECKING, Any

from langgraph.graph import END, START, StateGraph

from agent.compliance_checker import compliance_checker
from agent.confirm import confirm
from agent.context import RunContext
from agent.deliver import deliver
from agent.intake import intake
from agent.plan import Plan
from agent.specialists import SPECIALISTS
from agent.state import TurnState
from agent.supervisor import supervisor

if TYPE_CHECKING:
    from langgraph.checkpoint.base import BaseCheckpointSaver
    from langgraph.graph.state import CompiledStateGraph

GATE = "compliance_checker"


def build_graph(checkpointer: "BaseCheckpointSaver[Any] | None" = None) -> "CompiledStateGraph[Any, Any, Any, Any]":
    """Compile the graph: intake, supervisor, specialists in waves, or confirm; the gate; deliver."""
    graph = StateGraph(TurnState, context_schema=RunContext)
    graph.add_node("confirm", confirm)
    graph.add_node("intake", intake)
    graph.add_node("supervisor", supervisor)
    for name, specialist in SPECIALISTS.items():
        graph.add_node(name, specialist.node())
        graph.add_conditional_edges(name, after_specialist, ["supervisor", GATE])
    graph.add_node(GATE, compliance_checker, defer=True)
    graph.add_node("deliver", deliver)
    graph.add_conditional_edges(START, words_or_act, ["intake", "confirm"])
    graph.add_edge("confirm", GATE)
    graph.add_conditional_edges("intake", after_intake, ["supervisor", GATE])
    graph.add_conditional_edges("supervisor", chosen_specialists, [*SPECIALISTS, GATE])
    graph.add_edge(GATE, "deliver")
    graph.add_edge("deliver", END)
    return graph.compile(checkpointer=checkpointer)


def words_or_act(state: TurnState) -> str:
    """What the person did in the interface is carried out; words are understood, and approve nothing whatever they say."""
    return "intake" if state.get("decision") is None else "confirm"


def after_intake(state: TurnState) -> str:
    """Somebody who needs help gets it before anything else; everybody else is planned for."""
    return GATE if any(section.author == "intake" for section in state.get("sections") or []) else "supervisor"


def chosen_specialists(state: TurnState) -> list[str]:
    """The specialists of the wave in work; the gate when there is nothing to do."""
    plan: Plan = state.get("plan") or Plan()
    wave = state.get("wave", 1)
    return list(dict.fromkeys(task.specialist for task in plan.tasks if task.wave == wave)) or [GATE]


def after_specialist(state: TurnState) -> str:
    """A second wave goes back to the supervisor; otherwise the gate, which waits for all."""
    plan: Plan = state.get("plan") or Plan()
    return "supervisor" if state.get("wave", 1) < plan.waves else GATE
