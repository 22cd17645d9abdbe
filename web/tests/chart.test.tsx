import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { goal } from "../mock/fixtures/goal.ts";
import { rich } from "../mock/fixtures/recording.ts";
import { Chart } from "../src/chat/blocks/chart.tsx";
import { chartTable } from "../src/chat/blocks/chart-table.ts";
import type { ChartBlock, Series } from "../src/protocol.d.ts";

const towards = goal("r", "t").events.flatMap((event) => (event.type === "ACTIVITY_SNAPSHOT" && event.activityType === "chart" ? [event.content as ChartBlock] : []))[0]!;
const drawn = (block: ChartBlock): string => renderToStaticMarkup(<Chart block={block} />);
const block = (kind: ChartBlock["kind"], series: Series[]): ChartBlock => ({
  type: "chart", id: "c", section: "s", kind, title: "Difference", subtitle: "", sentence: rich("£40 less each month."), currency: "GBP", today: null, facts: [], series,
});

describe("a chart with a target", () => {
  const html = drawn(towards);

  it("draws the target across the whole frame, and names it on its line and in the key", () => {
    expect(html).toMatch(/<path class="target" d="M0\.00 ([\d.]+)L100\.00 \1"/);
    expect(html).toMatch(/class="t ink up" style="left:0;top:[\d.]+%">goal £5,000/);
    expect(html.match(/goal £5,000/g)).toHaveLength(2);
  });
  it("draws one that is told by a single point", () => {
    const series = towards.series.map((each) => (each.role === "target" ? { ...each, x: each.x.slice(0, 1), y: [5000] } : each));
    expect(drawn({ ...towards, series })).toMatch(/<path class="target" d="M0 [\d.]+H100"/);
  });
  it("names the alternative in accent at its end", () => expect(html).toMatch(/class="t end-l acc"[^>]*>£50 more a month/));
  it("is named by its sentence", () => expect(html).toContain('role="img" aria-label="The middle path passes £5,000 in April 2028;'));
  it("says the target in every row of its table", () => {
    const table = chartTable(towards);
    const column = table.columns.findIndex((each) => each.label === "goal £5,000");
    expect(new Set(table.rows.map((row) => row[column]!.text))).toEqual(new Set(["£5,000"]));
  });
});

describe("a chart of a difference", () => {
  const x = ["2026-11", "2026-12", "2027-01"];

  it("stands its bars on zero, whichever way they go", () => {
    const html = drawn(block("bars", [{ name: "difference", role: "bar", x, y: [40, -40, -80] }]));
    const zero = /<path class="zero" d="M0 ([\d.]+)H100"/.exec(html)![1]!;
    expect(html.match(new RegExp(`y="${zero.replace(".", "\\.")}`, "g"))).toHaveLength(2);
    expect(html.match(/<rect class="bar-1"/g)).toHaveLength(3);
  });
  it("keeps bands and targets out of the bars", () => {
    const html = drawn(block("bars", [{ name: "difference", role: "bar", x, y: [40, 20, 60] }, { name: "low", role: "low80", x, y: [10, 0, 20] }, { name: "high", role: "high80", x, y: [70, 40, 90] }]));
    expect(html.match(/<rect class="bar/g)).toHaveLength(3);
    const [drawing, key] = html.split('class="key"') as [string, string];
    expect(drawing.match(/<path class="interval"/g)).toHaveLength(3);
    expect(key).toMatch(/<path class="interval".*8 of 10/);
  });
  it("draws a line with its band, and names no edge of the band", () => {
    const html = drawn(block("line", [{ name: "difference", role: "middle", x, y: [0, -40, -80] }, { name: "low", role: "low80", x, y: [0, -60, -120] }, { name: "high", role: "high80", x, y: [0, -20, -40] }]));
    expect(html).toMatch(/class="fan80" d="M0\.00/);
    expect(html).not.toContain("end-l");
    expect(html).toContain("middle path, 8 of 10");
  });
});
