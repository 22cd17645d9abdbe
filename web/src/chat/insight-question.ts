import type { Block, ShownInsight } from "../protocol.d.ts";
import { segments, type Segment } from "../turn/segments.ts";
import { say } from "../words/say.ts";

/** What is asked about an insight. A goal is asked about by its amount and name, because there may be several. */
export function questionOf(insight: ShownInsight, blocks: readonly Block[]): string {
  if (insight.kind !== "goal_off_track") return say(`insight.question.${insight.kind}`);
  const parts = blocks.flatMap((block) => (block.type === "text" && block.id === insight.block ? block.sentences.flatMap(segments) : []));
  const amount = parts.find(({ span }) => span?.kind === "fact" && span.id.endsWith(".amount"));
  const name = parts.find(({ span }) => span?.kind === "untrusted");
  return amount ? wanted(amount, name) : say("insight.question.goal_off_track");
}

const wanted = (amount: Segment, name: Segment | undefined): string =>
  name ? say("goals.soonerQuestion", { amount: amount.text, name: name.text }) : say("insight.question.goal", { amount: amount.text });
