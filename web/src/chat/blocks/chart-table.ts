import { shortDay, shortMonth } from "../../format/date.ts";
import { amount } from "../../format/fact.ts";
import type { ChartBlock, Column, Rich, Series, SeriesRole, TableBlock } from "../../protocol.d.ts";
import { say } from "../../words/say.ts";
import { dayNumber, scaleOf } from "./scale.ts";

/** A column of the table: one series, or the booked line going on as the middle path. */
interface Line {
  label: string;
  rank: number;
  parts: Series[];
}

const bands: Partial<Record<SeriesRole, { label: () => string; rank: number }>> = {
  low80: { label: () => `${say("chart.band80")}, ${say("chart.from")}`, rank: 2 },
  high80: { label: () => `${say("chart.band80")}, ${say("chart.to")}`, rank: 2 },
  low50: { label: () => `${say("chart.band50")}, ${say("chart.from")}`, rank: 4 },
  high50: { label: () => `${say("chart.band50")}, ${say("chart.to")}`, rank: 4 },
};

function linesOf(block: ChartBlock): Line[] {
  const booked = block.series.filter((each) => each.role === "booked");
  const middle = block.series.filter((each) => each.role === "middle");
  const joined = booked.length > 0 && middle.length === 1;
  const first = joined ? [{ label: `${say("chart.booked")}, ${middle[0]!.name}`, rank: 1, parts: [...booked, ...middle] }] : [];
  const rest = block.series.filter((each) => !joined || (each.role !== "booked" && each.role !== "middle"));
  return [...first, ...rest.map((each) => ({ label: bands[each.role]?.label() ?? each.name, rank: bands[each.role]?.rank ?? 1, parts: [each] }))];
}

const plain = (text: string): Rich => ({ text, spans: [] });

/** The figures of a chart in rows, for those who would rather read them, or cannot see them. */
export function chartTable(block: ChartBlock): TableBlock {
  const { xs } = scaleOf(block);
  const lines = linesOf(block);
  const cell = (line: Line, x: string): Rich => {
    const value = line.parts.map((part) => part.y[part.role === "target" ? part.x.length - 1 : part.x.indexOf(x)]).find((each) => typeof each === "number");
    return plain(value === undefined ? say("chart.none") : amount(rounded(value, block.currency), block.currency));
  };
  const columns: Column[] = [
    { key: "when", label: say("chart.when"), align: "left", rank: 0 },
    ...lines.map((line, index): Column => ({ key: `line ${index}`, label: line.label, align: "right", rank: line.rank })),
  ];
  const rows = xs.map((x) => [plain(placeName(x, xs.length)), ...lines.map((line) => cell(line, x))]);
  return { type: "table", id: `${block.id}.table`, section: block.section, title: "", columns, rows, total: null, note: null };
}

/** Simulated amounts are not exact to the penny; counts and shares keep what they have. */
const rounded = (value: number, currency: string | null): number => (currency ? Math.round(value) : value);

function placeName(x: string, count: number): string {
  if (Number.isNaN(dayNumber(x))) return x;
  return x.length > 7 && count > 14 ? shortDay(x) : shortMonth(x, true);
}
