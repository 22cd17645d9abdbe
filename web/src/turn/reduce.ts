import type { ActivitySnapshot, AgentEvent, Block, FactsContent, StoredTurn, TextBlock, TextMessageContent, TextMessageStart } from "../protocol.d.ts";
import { reduceTrace } from "./trace.ts";
import { newTurn, type Progress, type Turn } from "./turn.ts";

/** Takes events numbered from `first`. What was seen is skipped; what comes too early is refused and named in `missingFrom`. */
export function reduceEvents(turn: Turn, first: number, events: readonly AgentEvent[]): Turn {
  if (first > turn.seq + 1) return { ...turn, missingFrom: turn.seq + 1 };
  const fresh = events.slice(turn.seq + 1 - first);
  if (fresh.length === 0) return turn;
  return { ...fresh.reduce(reduceEvent, turn), seq: turn.seq + fresh.length, missingFrom: null };
}

/** The server no longer holds the events before `from`: go on from there and remember that the answer has a hole. */
export const reduceGap = (turn: Turn, from: number): Turn => ({ ...turn, seq: Math.max(turn.seq, from - 1), gap: true, missingFrom: null });

/** A turn of the history: the same events through the same reducer. */
export function fromStored(stored: StoredTurn): Turn {
  const turn = reduceEvents(newTurn(stored.run_id, stored.text, stored.at), 1, stored.events);
  return { ...turn, feedback: { thumb: stored.feedback?.thumb ?? null, words: stored.feedback?.words ?? null } };
}

/** One event. Pure; unknown events change nothing, so that a newer server can add some. */
export function reduceEvent(turn: Turn, event: AgentEvent): Turn {
  switch (event.type) {
    case "RUN_STARTED":
      // A run that was killed is run again under the same number: what it had said before is said again.
      return { ...newTurn(turn.runId, turn.text, turn.at), feedback: turn.feedback, decides: turn.decides, gap: turn.gap, state: "running" };
    case "RUN_FINISHED":
      return closed({ ...turn, state: event.outcome?.type === "cancelled" ? "cancelled" : "done", result: event.result ?? null });
    case "RUN_ERROR":
      return closed({ ...turn, state: "failed", problem: { code: event.code ?? null, message: event.message } });
    case "TEXT_MESSAGE_START":
      return withBlock({ ...turn, open: blockId(event.messageId) }, emptyText(event));
    case "TEXT_MESSAGE_CONTENT":
      return withSentence(turn, event);
    case "TEXT_MESSAGE_END":
      return { ...turn, open: null };
    case "ACTIVITY_SNAPSHOT":
      return withActivity(turn, event);
    default:
      return reduceTrace(turn, event);
  }
}

/** Ends a run: nothing is being written, what was working has not finished, and what was only planned did not happen. */
function closed(turn: Turn): Turn {
  const state: Progress = turn.state === "cancelled" ? "stopped" : "failed";
  const stop = <T extends { state: Progress }>(part: T): T => (part.state === "now" ? { ...part, state } : part);
  const specialists = turn.specialists
    .filter((specialist) => specialist.id !== null)
    .map((specialist) => ({ ...stop(specialist), tools: specialist.tools.filter((tool) => tool.id !== null).map(stop) }));
  return { ...turn, open: null, steps: turn.steps.map(stop), specialists };
}

const blockId = (messageId: string): string => messageId.slice(messageId.indexOf(":") + 1);

const emptyText = (event: TextMessageStart): TextBlock => ({
  type: "text",
  id: blockId(event.messageId),
  section: event.metadata?.section ?? "",
  heading: event.metadata?.heading ?? null,
  sentences: [],
});

function withSentence(turn: Turn, event: TextMessageContent): Turn {
  const id = blockId(event.messageId);
  const block = turn.blocks.find((each): each is TextBlock => each.type === "text" && each.id === id);
  if (!block) return turn;
  const sentence = { text: event.delta, spans: event.metadata?.spans ?? [] };
  return withBlock(turn, { ...block, sentences: [...block.sentences, sentence] });
}

/** Adds a block at the end, or replaces the one with its id where it stands. */
function withBlock(turn: Turn, block: Block): Turn {
  const known = turn.blocks.some((each) => each.id === block.id);
  const blocks = known ? turn.blocks.map((each) => (each.id === block.id ? block : each)) : [...turn.blocks, block];
  return { ...turn, blocks };
}

const shownTypes: readonly string[] = ["table", "chart", "product", "disclosure", "citation", "query", "escalation", "proposal", "next"];

function withActivity(turn: Turn, event: ActivitySnapshot): Turn {
  if (event.activityType === "facts") {
    const content = event.content as FactsContent;
    return { ...turn, facts: { ...turn.facts, ...content.facts }, texts: { ...turn.texts, ...content.texts } };
  }
  return shownTypes.includes(event.activityType) ? withBlock(turn, event.content as Block) : turn;
}
