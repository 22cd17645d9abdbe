import type { Block, Rich } from "../protocol.d.ts";
import type { Turn } from "./turn.ts";

/** The answer as text, for the clipboard: what is shown, in its order, sources last. */
export const plainText = (turn: Turn): string =>
  [...turn.blocks.filter((block) => block.type !== "citation"), ...turn.blocks.filter((block) => block.type === "citation")]
    .map(plainBlock)
    .filter(Boolean)
    .join("\n\n");

const lines = (...parts: (string | null | undefined)[]): string => parts.filter(Boolean).join("\n");
const cells = (row: readonly Rich[]): string => row.map((cell) => cell.text).join("\t");

function plainBlock(block: Block): string {
  switch (block.type) {
    case "text":
      return lines(block.heading, block.sentences.map((sentence) => sentence.text.trim()).join(" "));
    case "table":
      return lines(block.title, block.columns.map((column) => column.label).join("\t"), ...block.rows.map(cells), block.total && cells(block.total), block.note?.text);
    case "chart":
      return block.sentence.text;
    case "product":
      return lines(
        block.name, block.summary, ...block.terms.map((term) => `${term.label}: ${term.value.text}`),
        ...[...block.why, ...block.why_not].map((reason) => reason.text),
      );
    case "disclosure":
    case "escalation":
      return block.text.text;
    case "citation":
      return `[${block.number}] ${block.title}, version ${block.version}, “${block.heading}”`;
    case "query":
      return block.chips.map((chip) => `${chip.label} ${chip.op} ${chip.value.text}`).join("; ");
    case "proposal":
      return lines(block.title.text, ...[...block.lines, ...block.letter].map((line) => line.text));
    case "next":
      return "";
  }
}
