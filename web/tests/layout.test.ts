import { describe, expect, it } from "vitest";
import { mortgage } from "../mock/fixtures/mortgage.ts";
import { rich } from "../mock/fixtures/recording.ts";
import { chartTable } from "../src/chat/blocks/chart-table.ts";
import { fitColumns } from "../src/chat/blocks/fit-columns.ts";
import { axisPlaces, bandPath, niceTicks, scaleOf, spread } from "../src/chat/blocks/scale.ts";
import { groupThreads } from "../src/chat/thread-groups.ts";
import type { ChartBlock, Column } from "../src/protocol.d.ts";

const column = (key: string, rank: number, align: "left" | "right" = "right"): Column => ({ key, label: key, align, rank });

describe("columns of a table", () => {
  const columns = [column("Client", 0, "left"), column("Score", 1), column("Change", 4), column("Reserves", 2), column("Driver", 5, "left")];
  const rows = [["Margaret Ellison", "0.71", "+0.27", "0.4 months", "Takings arrive late"].map(rich)];
  const kept = (width: number): string[] => columns.filter((_, index) => fitColumns(columns, rows, width)[index]).map((each) => each.key);

  it("keeps all where there is room", () => expect(kept(624)).toHaveLength(5));
  it("drops the highest rank first", () => {
    expect(kept(340)).not.toContain("Driver");
    expect(kept(250)).toEqual(["Client", "Score", "Reserves"]);
  });
  it("never drops the first column, and keeps one figure", () => expect(kept(10)).toEqual(["Client", "Score"]));
});

describe("scales of a chart", () => {
  it.each([
    [-204, 2757, [-1000, 0, 1000, 2000, 3000]],
    [0, 96, [0, 20, 40, 60, 80, 100]],
    [0.1, 0.9, [0, 0.2, 0.4, 0.6000000000000001, 0.8, 1]],
  ])("ticks from %d to %d", (low, high, ticks) => expect(niceTicks(low, high)).toEqual(ticks));

  it("copes with a line that does not move", () => expect(niceTicks(500, 500).length).toBeGreaterThan(1));

  const block = (kind: ChartBlock["kind"], x: string[], y: (number | null)[]): ChartBlock => ({
    type: "chart", id: "c", section: "s", kind, title: "", subtitle: "", sentence: rich(""), currency: "GBP", today: null, facts: [],
    series: [{ name: "a", role: kind === "bars" ? "bar" : "middle", x, y }],
  });

  it("keeps the distances of the calendar", () => {
    const scale = scaleOf(block("line", ["2026-01-01", "2026-01-11", "2026-01-31"], [1, 2, 3]));
    expect(scale.x("2026-01-11")).toBeCloseTo(33.33, 1);
  });
  it("starts bars at zero, in the order given", () => {
    const scale = scaleOf(block("bars", ["Food", "Car"], [90, 100]));
    expect(scale.ticks[0]).toBe(0);
    expect([scale.x("Food"), scale.x("Car")]).toEqual([25, 75]);
  });
  it("draws no band where one side is unknown", () => expect(bandPath([], [[0, 1]])).toBe(""));
  it("names the ends, the last booked month and steps between", () => {
    const xs = Array.from({ length: 19 }, (_, index) => new Date(Date.UTC(2026, 4 + index)).toISOString().slice(0, 7));
    expect(axisPlaces(xs, "2026-11-14")).toEqual(["2026-05", "2026-11", "2027-03", "2027-07", "2027-11"]);
  });

  it("leaves out a word that would touch the one at the end", () => {
    const xs = ["2026-06", "2026-07", "2026-08", "2026-09", "2026-10", "2026-11", "2026-12", "2027-01", "2027-02", "2027-03", "2027-04", "2027-05"];
    expect(axisPlaces(xs, "2026-11-30")).toEqual(["2026-06", "2026-11", "2027-01", "2027-05"]);
  });
  it("moves labels apart that would touch", () => expect(spread([50, 20, 52].map((top) => ({ top, height: 8 })))).toEqual([50, 20, 58]));
});

describe("conversations", () => {
  it("are grouped by when they were last used, newest first", () => {
    const thread = (id: string, updated_at: string) => ({ id, title: id, updated_at });
    const groups = groupThreads(
      [thread("old", "2026-10-31T10:00:00"), thread("now", "2026-11-14T09:00:00"), thread("before", "2026-11-02T10:00:00"), thread("newer", "2026-11-14T12:00:00")],
      new Date("2026-11-14T18:00:00"),
    );
    expect(groups.map((group) => [group.name, group.threads.map((each) => each.id)])).toEqual([
      ["today", ["newer", "now"]], ["month", ["before"]], ["earlier", ["old"]],
    ]);
  });
});

describe("a chart as a table", () => {
  const table = chartTable(mortgage().events.flatMap((event) => (event.type === "ACTIVITY_SNAPSHOT" && event.activityType === "chart" ? [event.content as ChartBlock] : []))[0]!);

  it("has one row for each place and one column for what is booked and then expected", () => {
    expect(table.columns.map((each) => each.label)).toEqual([
      "When", "as booked, rates +1.5", "8 of 10, from", "8 of 10, to", "5 of 10, from", "5 of 10, to", "reserve now",
    ]);
    expect(table.rows).toHaveLength(19);
    expect(table.rows[0]!.slice(0, 3).map((cell) => cell.text)).toEqual(["May 26", "£1,485", "none"]);
    expect(table.rows.at(-1)!.slice(0, 3).map((cell) => cell.text)).toEqual(["Nov 27", "£868", "−£204"]);
  });
});
