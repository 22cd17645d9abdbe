"""The supervisor plans before any tool has run; it decides who answers, or asks back, or makes small talk. It sees no results."""

import asyncio
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from langgraph.runtime import Runtime
from pydantic import ValidationError

from agent.context import Role, RunContext
from agent.draft import DraftQuery, Section
from agent.evidence import Evidence
from agent.own_arguments import own_arguments
from agent.phrasing import phrase
from agent.plan import MAX_CALLS, MAX_TASKS, UNUSABLE_PLAN, PastTurn, Plan, PlannedCall, Task
from agent.progress import step
from agent.state import TurnState
from agent.toolbox import tools_for
from agent.toolbox.tool import Tool
from agent.understanding.feeling import is_only_feeling
from agent.writer import as_sentences, faults, planner_prompt
from tools.errors import UsageError

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage, BaseMessage


async def supervisor(state: TurnState, runtime: Runtime[RunContext]) -> dict[str, Any]:
    """First visit: plan. Later visits: start the next wave of the same plan."""
    context = runtime.context
    if state.get("plan") is not None:
        return {"wave": state.get("wave", 1) + 1}
    with step("supervisor") as say:
        past = [PastTurn.model_validate(turn) for turn in state.get("past", [])]
        plan = await _some_plan(state.get("text", ""), past, context)
        plan = _with_own_arguments(plan, "\n".join([*(turn.text for turn in past), state.get("text", "")]), context)
        say(label="Supervisor", summary=_summary(plan), plan=_shown(plan))
    update: dict[str, Any] = {"plan": plan, "wave": 1}
    if any(not is_only_feeling(part) for part in plan.missed):  # a feeling is heard at intake; nothing in it is left unanswered
        update["sections"] = [_not_understood(plan, state.get("language", "en"))]
    if not plan.tasks:
        update["sections"] = [_answer_without_tools(plan, context, state.get("language", "en"))]
    return update


async def _some_plan(text: str, past: Sequence[PastTurn], context: RunContext) -> Plan:
    try:
        return await make_plan(text, past, context)
    except Exception as error:  # the built-in model failed too: say that nothing was understood rather than nothing at all
        return Plan(act="not_understood", fell_back=type(error).__name__)


async def make_plan(text: str, past: Sequence[PastTurn], context: RunContext) -> Plan:
    """The plan for one message. Hybrid: the built-in understanding first, the model for what it cannot cover; or the model always."""
    built_in: Plan | None = None
    if context.model_is_built_in or context.routing == "hybrid":
        built_in = await _planned_by(context.fallback, "built-in", text, past, context)
        covered = (built_in.tasks and not built_in.missed) or built_in.act == "small_talk"
        if context.model_is_built_in or covered:
            return built_in
    try:
        async with asyncio.timeout(context.model_timeout_seconds):
            plan = await _planned_by(context.model, context.model_name, text, past, context)
    except Exception as error:  # any failure of a model has one answer: the built-in one, and saying so
        plan, why = None, type(error).__name__
    else:
        why = UNUSABLE_PLAN
    if plan is not None and plan.act != "not_understood":
        return plan
    instead = built_in or await _planned_by(context.fallback, "built-in", text, past, context)
    return instead.model_copy(update={"fell_back": why, "dropped": plan.dropped if plan else ()})


async def _planned_by(model: Any, name: str, text: str, past: Sequence[PastTurn], context: RunContext) -> Plan:
    role = context.principal.role
    schemas = [_schema(tool, role) for tool in tools_for(role)]
    extra: dict[str, Any] = {"context": context} if model is context.fallback else {}
    answer: AIMessage = await model.bind_tools(schemas, **extra).ainvoke(planning_messages(text, past))
    return plan_of(answer, name, context)


@cache
def _schema(tool: Tool, role: Role) -> dict[str, Any]:
    """A tool as a model sees it. Kept, because making the schemas of a role anew costs more than the rest of a turn."""
    return tool.schema(role)


def planning_messages(text: str, past: Sequence[PastTurn]) -> "list[BaseMessage]":
    """What a planner sees: the rules, earlier words and calls, the words of now. No results, no names, no untrusted text (I4)."""
    from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage

    messages: list[BaseMessage] = [SystemMessage(content=planner_prompt())]
    for number, turn in enumerate(past):
        messages.append(HumanMessage(content=turn.text))
        calls = [
            {"name": frame.name, "args": frame.arguments, "id": f"past.{number}.{i}", "type": "tool_call"}
            for i, frame in enumerate(turn.frames)
        ]
        messages.append(AIMessage(content="" if calls else "(answered)", tool_calls=calls))
        messages += [ToolMessage(content="(shown to the person)", tool_call_id=call["id"]) for call in calls]
    messages.append(HumanMessage(content=text))
    return messages


def plan_of(answer: "AIMessage", model: str, context: RunContext) -> Plan:
    """What a model asked for, cut down to what this role may call with arguments that fit. The rest is dropped, never run."""
    allowed = {tool.name: tool for tool in tools_for(context.principal.role)}
    calls: dict[str, list[PlannedCall]] = {}
    dropped: list[str] = []
    seen: set[str] = set()
    for asked in answer.tool_calls:
        tool = allowed.get(asked["name"])
        arguments = _valid(asked["args"], tool.arguments_for(context.principal.role)) if tool else None
        key = f"{asked['name']}:{sorted((arguments or {}).items())!r}"
        if tool is None or arguments is None or len(seen) >= MAX_CALLS or (tool.specialist not in calls and len(calls) >= MAX_TASKS):
            dropped.append(asked["name"][:60])
        elif key not in seen:
            seen.add(key)
            number = sum(len(group) for group in calls.values()) + 1
            calls.setdefault(tool.specialist, []).append(PlannedCall(id=f"{tool.name}.{number}", name=tool.name, arguments=arguments))
    if calls:
        # In the order asked: who answers the first request speaks first.
        tasks = tuple(Task(specialist=name, calls=tuple(group)) for name, group in calls.items())
        missed = tuple(str(part) for part in answer.additional_kwargs.get("missed", ())) if model == "built-in" else ()
        return Plan(tasks=tasks, missed=missed, dropped=tuple(dropped), model=model)
    return _without_calls(answer, model, tuple(dropped))


def _without_calls(answer: "AIMessage", model: str, dropped: tuple[str, ...]) -> Plan:
    act = answer.additional_kwargs.get("act") if model == "built-in" else None
    if act:
        words = tuple(str(word) for word in answer.additional_kwargs.get("words", ()))
        options = tuple(str(option) for option in answer.additional_kwargs.get("options", ()))
        return Plan(act=str(act), words=words, options=options, model=model, dropped=dropped)
    content = answer.content if isinstance(answer.content, str) else ""
    if content.strip() and not dropped:
        return Plan(act="said", words=(content[:600],), model=model)
    return Plan(act="not_understood", model=model, dropped=dropped)


def _valid(arguments: Any, schema: Any) -> dict[str, Any] | None:
    try:
        return schema.model_validate(arguments).model_dump(mode="json", exclude_none=True)
    except (ValidationError, UsageError):
        return None


def _answer_without_tools(plan: Plan, context: RunContext, language: str) -> Section:
    """Small talk, a question back, or saying what can be asked. A model's own words go through the gate like any draft."""
    fell_back: str | None = None
    if plan.act == "said":
        said = as_sentences(" ".join(plan.words))
        if said and not faults(said, Evidence.of((), context.catalogue, ""), language):
            return Section(author="supervisor", parts=said, writer=plan.model)
        fell_back = "ungrounded_draft"
    parts = phrase(
        "supervisor", language, act=plan.act or "not_understood", role=context.principal.role, words=plan.words, options=plan.options
    )
    unclear = tuple(word for word in plan.options if plan.act == "ask" and plan.words[:1] == ("query",))
    asked = [DraftQuery(chips=(), not_understood=unclear)] if unclear else []
    return Section(author="supervisor", parts=(*parts, *asked), fell_back=fell_back)


def _not_understood(plan: Plan, language: str) -> Section:
    """Say which part of a message was not understood, in the person's own words; nothing is left out in silence."""
    parts = phrase("not_understood", language, several=len(plan.missed) > 1)
    return Section(author="supervisor", parts=(*parts, DraftQuery(chips=(), not_understood=plan.missed)))


def _summary(plan: Plan) -> str:
    if not plan.tasks:
        return {"small_talk": "No tool needed.", "ask": "One thing to ask first."}.get(plan.act or "", "Nothing to look up.")
    count = len({task.specialist for task in plan.tasks})
    words = "One specialist." if count == 1 else "Several specialists, in parallel."
    return f"{words} Planned before any data was read."


def _with_own_arguments(plan: Plan, said: str, context: RunContext) -> Plan:
    """The plan with what may be told of its arguments. Those of the built-in model are made by code and told as they are."""
    if plan.model == "built-in":
        return plan
    products = frozenset(context.catalogue.products)
    tasks = [
        task.model_copy(
            update={"calls": tuple(call.model_copy(update={"shown": own_arguments(call, said, products)}) for call in task.calls)}
        )
        for task in plan.tasks
    ]
    return plan.model_copy(update={"tasks": tuple(tasks)})


def _shown(plan: Plan) -> list[dict[str, Any]]:
    return [
        {
            "specialist": task.specialist,
            "wave": task.wave,
            "calls": [{"name": call.name, "arguments": call.told} for call in task.calls],
        }
        for task in plan.tasks
    ]
