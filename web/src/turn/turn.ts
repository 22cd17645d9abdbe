import type { Block, Fact, Outcome, PlannedCall, Resume, RunResult, Thumb } from "../protocol.d.ts";

export type Progress = "waiting" | "now" | "done" | "failed" | "stopped";

/** One use of a tool, as planned and as it went. */
export interface Tool {
  id: string | null;
  name: string;
  args: string;
  state: Progress;
  ms: number | null;
  result: string;
}

/** A specialist's part of the work; several of one wave run in parallel. */
export interface Specialist {
  id: string | null;
  name: string;
  wave: number;
  state: Progress;
  ms: number | null;
  summary: string;
  tools: Tool[];
}

/** What the gate counted. */
export interface Gate {
  outcome: Outcome;
  rules: string[];
  figures: number;
  removed: number;
  notices: number;
}

export interface Step {
  name: string;
  label: string | null;
  state: Progress;
  ms: number | null;
  summary: string;
  gate: Gate | null;
}

export type TurnState = "asked" | "running" | "done" | "cancelled" | "failed";

/** One question and its answer: the value that events of a run are reduced into, whether they are live, replayed or historic. */
export interface Turn {
  runId: string;
  text: string;
  at: string;
  state: TurnState;
  /** Number of the last event taken; events at or below it were seen already. */
  seq: number;
  /** Events were lost for good: what is shown is incomplete until the history is read. */
  gap: boolean;
  /** Number of the first event that is missing, when one came too early. */
  missingFrom: number | null;
  steps: Step[];
  specialists: Specialist[];
  blocks: Block[];
  /** The text block whose sentences are arriving. */
  open: string | null;
  facts: Record<string, Fact>;
  texts: Record<string, string>;
  result: RunResult | null;
  record: string | null;
  problem: { code: string | null; message: string } | null;
  feedback: { thumb: Thumb | null; words: string | null };
  /** The decision that this turn carries, when it is one and was sent from here. */
  decides: Resume | null;
}

export const newTurn = (runId: string, text: string, at: string): Turn => ({
  runId,
  text,
  at,
  state: "asked",
  seq: 0,
  gap: false,
  missingFrom: null,
  steps: [],
  specialists: [],
  blocks: [],
  open: null,
  facts: {},
  texts: {},
  result: null,
  record: null,
  problem: null,
  feedback: { thumb: null, words: null },
  decides: null,
});

/** Whether more events are to come. */
export const isOpen = (turn: Turn): boolean => turn.state === "asked" || turn.state === "running";

export const plannedTool = (call: PlannedCall): Tool => ({
  id: null,
  name: call.name,
  args: JSON.stringify(call.arguments),
  state: "waiting",
  ms: null,
  result: "",
});
