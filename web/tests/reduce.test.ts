import { describe, expect, it } from "vitest";
import { book } from "../mock/fixtures/book.ts";
import { escalated, failed, replaced, stopped } from "../mock/fixtures/endings.ts";
import { mortgage, mortgageVerdict, normalMonth } from "../mock/fixtures/mortgage.ts";
import type { AgentEvent, Fact, TextBlock } from "../src/protocol.d.ts";
import { fromStored, reduceEvents, reduceGap } from "../src/turn/reduce.ts";
import { isOpen, newTurn, type Turn } from "../src/turn/turn.ts";

const AT = "2026-11-14T18:04:00Z";
const asked = (): Turn => newTurn("run-mortgage", "Can we still manage?", AT);
const whole = (events: readonly AgentEvent[]): Turn => reduceEvents(asked(), 1, events);
const upTo = (events: readonly AgentEvent[], last: (event: AgentEvent) => boolean): AgentEvent[] => events.slice(0, events.findIndex(last) + 1);

describe("a complete answer", () => {
  const turn = whole(mortgage().events);

  it("keeps the blocks in their order", () => {
    expect(turn.blocks.map((block) => block.type)).toEqual([
      "text", "chart", "text", "table", "text", "product", "disclosure", "text", "citation", "citation", "next",
    ]);
  });

  it("keeps sentences whole, with what stands in them", () => {
    const first = turn.blocks[0] as TextBlock;
    expect(first.sentences).toHaveLength(3);
    const { text, spans } = first.sentences[1]!;
    expect(spans.map((span) => text.slice(span.start, span.end))).toEqual(["1.5 points", "31 March 2027", "£1,251", "£882"]);
    expect(turn.facts[spans[2]!.id]).toMatchObject({ value: 125100, unit: "money" } satisfies Partial<Fact>);
  });

  it("knows the verdict, the record and that nothing more comes", () => {
    expect(turn.result?.verdict).toEqual(mortgageVerdict);
    expect(turn.record).toBe("7f3a0c21b8d4");
    expect(turn.state).toBe("done");
    expect(isOpen(turn)).toBe(false);
    expect(turn.seq).toBe(mortgage().events.length);
  });

  it("keeps a heading with its paragraph", () => {
    expect(turn.blocks.filter((block): block is TextBlock => block.type === "text").map((block) => block.heading)).toEqual([
      null, null, "What you can do now", null,
    ]);
  });
});

describe("how it was answered", () => {
  const events = mortgage().events;

  it("lists what is planned before it starts", () => {
    const turn = whole(upTo(events, (event) => event.type === "STEP_FINISHED" && event.stepName === "supervisor"));
    expect(turn.specialists.map((each) => [each.name, each.state, each.tools.map((tool) => `${tool.name} ${tool.state}`)])).toEqual([
      ["persona_simulator", "waiting", ["what_if waiting", "balance_forecast waiting"]],
      ["product_advisor", "waiting", ["affordability waiting", "recommend_product waiting"]],
    ]);
  });

  it("keeps two specialists in parallel apart", () => {
    const turn = whole(upTo(events, (event) => event.type === "TOOL_CALL_RESULT" && event.toolCallId === "t1"));
    const [simulator, advisor] = turn.specialists;
    expect(simulator!.tools.map((tool) => tool.state)).toEqual(["done", "waiting"]);
    expect(advisor!.tools.map((tool) => tool.state)).toEqual(["done", "now"]);
  });

  it("ends with every tool's own arguments, time and yield", () => {
    const turn = whole(events);
    expect(turn.specialists.every((each) => each.state === "done")).toBe(true);
    expect(turn.specialists[0]!.tools[0]).toMatchObject({ id: "t1", ms: 240, result: "8 figures", args: '{"rate_rise":"1.5 points","horizon_months":12}' });
    expect(turn.steps.map((step) => [step.name, step.state])).toEqual([
      ["intake", "done"], ["supervisor", "done"], ["compliance_checker", "done"], ["deliver", "done"],
    ]);
    expect(turn.steps[2]!.gate).toMatchObject({ outcome: "pass", figures: 27, notices: 2 });
  });

  it("adds arguments that arrive in parts", () => {
    const turn = whole([
      { type: "RUN_STARTED", threadId: "t", runId: "r" },
      { type: "SUBAGENT_STARTED", subagentRunId: "s", name: "risk_analyst" },
      { type: "TOOL_CALL_START", toolCallId: "c", toolCallName: "find_clients", subagentRunId: "s" },
      { type: "TOOL_CALL_ARGS", toolCallId: "c", delta: '{"band":' },
      { type: "TOOL_CALL_ARGS", toolCallId: "c", delta: '"critical"}' },
    ]);
    expect(turn.specialists[0]!.tools[0]!.args).toBe('{"band":"critical"}');
  });

  it("says that a tool failed, and that an empty result is no failure", () => {
    const outcome = (told: string): string | undefined =>
      whole([
        { type: "SUBAGENT_STARTED", subagentRunId: "s", name: "risk_analyst" },
        { type: "TOOL_CALL_START", toolCallId: "c", toolCallName: "find_clients", subagentRunId: "s" },
        { type: "TOOL_CALL_RESULT", toolCallId: "c", messageId: "m", content: "", metadata: { outcome: told } },
      ]).specialists[0]!.tools[0]!.state;
    expect([outcome("ok"), outcome("empty"), outcome("failed")]).toEqual(["done", "done", "failed"]);
  });
});

describe("exactly once", () => {
  const events = mortgage().events;

  it.each([1, 2, 7, events.length])("gives the same turn in frames of %i", (size) => {
    let turn = asked();
    for (let at = 0; at < events.length; at += size) turn = reduceEvents(turn, at + 1, events.slice(at, at + size));
    expect(turn).toEqual(whole(events));
  });

  it("skips what was seen before the socket was lost", () => {
    const before = reduceEvents(asked(), 1, events.slice(0, 20));
    expect(reduceEvents(before, 11, events.slice(10))).toEqual(whole(events));
    expect(reduceEvents(before, 1, events.slice(0, 20))).toBe(before);
  });

  it("refuses what comes too early and names what is missing", () => {
    const before = reduceEvents(asked(), 1, events.slice(0, 10));
    const early = reduceEvents(before, 15, events.slice(14));
    expect(early).toEqual({ ...before, missingFrom: 11 });
    expect(reduceEvents(early, 11, events.slice(10))).toEqual(whole(events));
  });

  it("goes on behind a gap and remembers it", () => {
    const before = reduceEvents(asked(), 1, events.slice(0, 10));
    const after = reduceEvents(reduceGap(before, 31), 31, events.slice(30));
    expect(after).toMatchObject({ gap: true, state: "done", seq: events.length });
  });

  it("says it again, not twice, when a killed run is run again", () => {
    const killed = reduceEvents(asked(), 1, events.slice(0, 30));
    const again = reduceEvents(killed, 31, events);
    expect(again.blocks).toEqual(whole(events).blocks);
    expect(again.specialists).toEqual(whole(events).specialists);
    expect(again.seq).toBe(30 + events.length);
  });

  it("builds a turn of the history with the same reducer", () => {
    const stored = fromStored({ run_id: "run-mortgage", text: "Can we still manage?", at: AT, events, feedback: { thumb: "up" } });
    expect(stored).toEqual({ ...whole(events), feedback: { thumb: "up", words: null } });
  });
});

describe("other endings", () => {
  it("shows a stopped run as stopped, and its work as not finished", () => {
    const turn = whole(stopped().events);
    expect(turn.state).toBe("cancelled");
    expect(turn.specialists[0]).toMatchObject({ state: "stopped", tools: [{ name: "balance_forecast", state: "stopped" }] });
  });

  it("keeps code and message of an error", () => {
    expect(whole(failed().events)).toMatchObject({ state: "failed", problem: { code: "model_unavailable" } });
  });

  it("keeps the reference of what was passed to a person", () => {
    expect(whole(escalated().events).blocks.at(-1)).toMatchObject({ type: "escalation", reference: "T-4471", undo: true });
  });

  it("knows that a safe reply was given and that the model fell back", () => {
    expect(whole(replaced().events).result).toMatchObject({ fellBack: "timeout", verdict: { outcome: "replace" } });
  });

  it("leaves a turn as it is on an event it does not know", () => {
    const turn = whole(normalMonth().events);
    expect(reduceEvents(turn, turn.seq + 1, [{ type: "CUSTOM" } as unknown as AgentEvent]).blocks).toEqual(turn.blocks);
  });

  it("takes a table of 25 clients", () => {
    const table = whole(book().events).blocks.find((block) => block.type === "table");
    expect(table?.rows).toHaveLength(25);
  });
});
