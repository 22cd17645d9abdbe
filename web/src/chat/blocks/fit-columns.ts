import type { Column, Rich } from "../../protocol.d.ts";

/** Room for a character and between columns: tables are set in 14 px, on a phone in 13 px and closer. */
const WIDE = { character: 7.6, gap: 14 };
const CLOSE = { character: 6.9, gap: 8 };
const CLOSE_BELOW_PX = 448;
/** Words may wrap, so a text column needs no more than its longest word, and not less than this. */
const LEAST_TEXT_PX = 84;

const longest = (texts: readonly string[]): number => Math.max(0, ...texts.map((text) => text.length));

/** How much room a column needs: its longest figure, or the longest word of its text. */
export function columnWidth(column: Column, cells: readonly string[], { character, gap }: typeof WIDE): number {
  const words = (text: string): string[] => text.split(/\s+/);
  if (column.align === "right") return longest([...words(column.label), ...cells]) * character + gap;
  return Math.max(longest([column.label, ...cells].flatMap(words)) * character, LEAST_TEXT_PX) + gap;
}

/** Which columns fit into a width. Higher ranks go first, the later one among equals; the first column always stays. */
export function fitColumns(columns: readonly Column[], rows: readonly (readonly Rich[])[], width: number): boolean[] {
  const widths = columns.map((column, index) => columnWidth(column, rows.map((row) => row[index]?.text ?? ""), width < CLOSE_BELOW_PX ? CLOSE : WIDE));
  const kept = columns.map(() => true);
  const byRank = columns.map((_, index) => index).slice(1).sort((a, b) => columns[b]!.rank - columns[a]!.rank || b - a);
  const needed = (): number => widths.reduce((sum, each, index) => sum + (kept[index] ? each : 0), 0);
  for (const index of byRank) {
    if (needed() <= width || kept.filter(Boolean).length <= 2) break;
    kept[index] = false;
  }
  return kept;
}
