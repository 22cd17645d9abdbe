import type { AgentEvent, PlannedSpecialist, StepFinished, StepMetadata, SubagentFinished, SubagentStarted, ToolCallResult, ToolCallStart } from "../protocol.d.ts";
import { plannedTool, type Gate, type Specialist, type Step, type Tool, type Turn } from "./turn.ts";

/** The part of the reducer that builds "How this was answered". */
export function reduceTrace(turn: Turn, event: AgentEvent): Turn {
  switch (event.type) {
    case "STEP_STARTED":
      return { ...turn, steps: put(turn.steps, { name: event.stepName, label: null, state: "now", ms: null, summary: "", gate: null }) };
    case "STEP_FINISHED":
      return stepFinished(turn, event);
    case "SUBAGENT_STARTED":
      return { ...turn, specialists: specialistStarted(turn.specialists, event) };
    case "SUBAGENT_FINISHED":
      return inSpecialist(turn, event.subagentRunId, (one) => specialistFinished(one, event));
    case "SUBAGENT_ERROR":
      return inSpecialist(turn, event.subagentRunId, (one) => ({ ...one, state: "failed", summary: event.message }));
    case "TOOL_CALL_START":
      return inSpecialist(turn, event.subagentRunId ?? null, (one) => ({ ...one, tools: toolStarted(one.tools, event) }));
    case "TOOL_CALL_ARGS":
      return inTool(turn, event.toolCallId, (tool) => ({ ...tool, args: tool.args + event.delta }));
    case "TOOL_CALL_RESULT":
      return inTool(turn, event.toolCallId, (tool) => toolFinished(tool, event));
    default:
      return turn;
  }
}

function put(steps: readonly Step[], step: Step): Step[] {
  return steps.some((each) => each.name === step.name) ? steps.map((each) => (each.name === step.name ? step : each)) : [...steps, step];
}

function gateOf({ outcome, rules = [], figures = 0, removed = 0, notices = 0 }: StepMetadata): Gate | null {
  return outcome ? { outcome, rules, figures, removed, notices } : null;
}

function stepFinished(turn: Turn, event: StepFinished): Turn {
  const told = event.metadata ?? {};
  const { label = null, ms = null, summary = "" } = told;
  const step: Step = { name: event.stepName, label, state: "done", ms, summary, gate: gateOf(told) };
  return {
    ...turn,
    steps: put(turn.steps, step),
    specialists: told.plan ? withPlan(turn.specialists, told.plan) : turn.specialists,
    record: told.record ?? turn.record,
  };
}

/** Lists what is planned before it starts, so that the length of the work is known. What runs already is left as it is. */
function withPlan(specialists: readonly Specialist[], plan: readonly PlannedSpecialist[]): Specialist[] {
  const known = new Set(specialists.map((each) => each.name));
  const waiting = plan
    .filter((each) => !known.has(each.specialist))
    .map((each): Specialist => ({
      id: null, name: each.specialist, wave: each.wave, state: "waiting", ms: null, summary: "", tools: each.calls.map(plannedTool),
    }));
  return [...specialists, ...waiting];
}

function specialistStarted(specialists: readonly Specialist[], event: SubagentStarted): Specialist[] {
  const planned = specialists.findIndex((each) => each.id === null && each.name === event.name);
  const started = { id: event.subagentRunId, state: "now" as const, summary: event.description ?? "" };
  if (planned >= 0) return specialists.map((each, index) => (index === planned ? { ...each, ...started } : each));
  return [...specialists, { name: event.name, wave: 0, ms: null, tools: [], ...started }];
}

/** What was planned but not called did not run: it is dropped, since the plan may be shortened by an error. */
function specialistFinished(one: Specialist, event: SubagentFinished): Specialist {
  const summary = event.metadata?.summary ?? one.summary;
  return { ...one, state: "done", ms: event.metadata?.ms ?? null, summary, tools: one.tools.filter((tool) => tool.id !== null) };
}

function inSpecialist(turn: Turn, id: string | null, change: (one: Specialist) => Specialist): Turn {
  return { ...turn, specialists: turn.specialists.map((each) => (each.id !== null && each.id === id ? change(each) : each)) };
}

function toolStarted(tools: readonly Tool[], event: ToolCallStart): Tool[] {
  const planned = tools.findIndex((each) => each.id === null && each.name === event.toolCallName);
  const started: Tool = { id: event.toolCallId, name: event.toolCallName, args: "", state: "now", ms: null, result: "" };
  if (planned >= 0) return tools.map((each, index) => (index === planned ? started : each));
  return [...tools, started];
}

/** Outcomes after which a part of the answer is missing; "empty", "too_short" and the like are answers too. */
const failures: readonly string[] = ["failed", "bad_arguments", "not_yours"];

function toolFinished(tool: Tool, event: ToolCallResult): Tool {
  const failed = failures.includes(event.metadata?.outcome ?? "ok");
  return { ...tool, state: failed ? "failed" : "done", ms: event.metadata?.ms ?? null, result: event.content };
}

function inTool(turn: Turn, id: string, change: (tool: Tool) => Tool): Turn {
  const specialists = turn.specialists.map((each) =>
    each.tools.some((tool) => tool.id === id) ? { ...each, tools: each.tools.map((tool) => (tool.id === id ? change(tool) : tool)) } : each,
  );
  return { ...turn, specialists };
}
