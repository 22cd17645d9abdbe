"""What every specialist does with the tasks of a wave: run the calls, collect the facts, write its own section."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from langgraph.runtime import Runtime

from agent.context import RunContext
from agent.draft import Section
from agent.finding import Finding
from agent.plan import UNUSABLE_PLAN, Plan, PlannedCall
from agent.progress import specialist_at_work, tell
from agent.record import ToolCall
from agent.state import TurnState
from agent.writer import write_section


@dataclass(frozen=True)
class Specialist:
    """One of the three who answer. Its prompt is `prompts/<name>.md`, its tools are the rows of the toolbox that name it."""

    name: str
    title: str
    about: str

    def node(self) -> Callable[[TurnState, Runtime[RunContext]], Awaitable[dict[str, Any]]]:
        """The graph node: plain updates, no routing."""

        async def work(state: TurnState, runtime: Runtime[RunContext]) -> dict[str, Any]:
            return await self._work(state, runtime.context)

        work.__name__ = self.name
        return work

    async def _work(self, state: TurnState, context: RunContext) -> dict[str, Any]:
        plan: Plan = state.get("plan") or Plan()
        wave = state.get("wave", 1)
        calls = [call for task in plan.tasks if task.specialist == self.name and task.wave == wave for call in task.calls]
        identity = f"{context.run_id}:{self.name}:{wave}"
        with specialist_at_work(identity, self.name) as say:
            heard = replace(context, earlier=tuple(turn["text"] for turn in state.get("past", [])))
            done = [await self._call(call, heard, identity) for call in calls]
            findings = [finding for finding, _ in done]
            # A model that did not answer when it was to plan is not waited for a second time.
            silent = plan.fell_back is not None and plan.fell_back != UNUSABLE_PLAN
            asked = replace(context, model=context.fallback) if silent else context
            section = await self._written(findings, asked, state.get("text", ""), state.get("language", "en"), wave)
            say(summary=self._summary(findings), fell_back=section.fell_back)
        return {"findings": findings, "sections": [section], "calls": [record for _, record in done]}

    async def _written(self, findings: list[Finding], context: RunContext, text: str, language: str, wave: int) -> Section:
        try:
            return await write_section(self.name, findings, context, text=text, language=language, wave=wave)
        except Exception as error:  # a defect in one phrase must not take the answer of the others with it
            missing = [Finding(call="", tool=self.name, outcome="failed", labels={"why": "internal"})]
            section = await write_section(self.name, missing, context, text=text, language=language, wave=wave)
            return section.model_copy(update={"fell_back": type(error).__name__})

    async def _call(self, call: PlannedCall, context: RunContext, identity: str) -> tuple[Finding, ToolCall]:
        from agent.toolbox.execute import execute

        tell(kind="tool", id=call.id, specialist=identity, name=call.name, phase="start", arguments=call.told)
        finding, record = await asyncio.to_thread(_guarded, execute, call, context, self.name)
        tell(
            kind="tool",
            id=call.id,
            specialist=identity,
            name=call.name,
            phase="end",
            outcome=finding.outcome,
            figures=len(finding.facts),
            ms=round(record.seconds * 1000),
        )
        return finding, record

    @staticmethod
    def _summary(findings: list[Finding]) -> str:
        failed = sum(finding.outcome in {"failed", "bad_arguments"} for finding in findings)
        figures = sum(len(finding.facts) for finding in findings)
        return f"{figures} figures" if not failed else f"{figures} figures; {failed} part missing"


def _guarded(
    run: Callable[[PlannedCall, RunContext], tuple[Finding, ToolCall]], call: PlannedCall, context: RunContext, specialist: str
) -> tuple[Finding, ToolCall]:
    """An exception in a tool becomes a finding that says what is missing, not a dead run."""
    try:
        return run(call, context)
    except Exception as error:  # a defect in one tool must not take the answer of the others with it
        finding = Finding(call=call.id, tool=call.name, outcome="failed", labels={"why": "internal"})
        record = ToolCall(
            id=call.id, specialist=specialist, name=call.name, arguments=call.arguments, outcome=f"failed: {type(error).__name__}"
        )
        return finding, record
