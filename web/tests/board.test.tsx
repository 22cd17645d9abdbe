import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { board as theBoard, clientStress, insightNews, news as theNews } from "../mock/fixtures/board.ts";
import { Bands } from "../src/board/bands.tsx";
import { changeText, driverText, scoreText } from "../src/board/figures.ts";
import { saidOf } from "../src/board/live-line.tsx";
import { together, withNews } from "../src/board/news.ts";
import { pathOf, sentenceOf, Sparkline } from "../src/board/sparkline.tsx";
import { TaskList } from "../src/board/task-list.tsx";
import { Movers } from "../src/board/movers.tsx";
import { WorthList } from "../src/board/worth-list.tsx";

const [item] = theNews().items;
const change = (more: Partial<NonNullable<typeof item>>) => ({ ...item!, ...more });

describe("figures", () => {
  it("shows scores with two decimals and changes with their sign", () => {
    expect([scoreText(0.7), changeText(0.44, 0.71), changeText(0.47, 0.38), changeText(0.5, 0.5)]).toEqual(["0.70", "+0.27", "−0.09", "0.00"]);
  });
  it("says a reason by its value and the bank's words, or by the words alone", () => {
    expect(driverText({ value: 3, unit: "count", words: "payments that failed" })).toBe("3 payments that failed");
    expect(driverText({ value: 81.6, unit: "percent", words: "of a month’s buffer is missing" })).toBe("82% of a month’s buffer is missing");
    expect(driverText({ value: 1.11, unit: "share", words: "of the usual balance" })).toBe("111% of the usual balance");
    expect(driverText({ value: -49.2, unit: "days", words: "days of spending, net over the month" })).toBe("−49 days of spending, net over the month");
    expect(driverText({ value: null, unit: "days", words: "days the pay was late" })).toBe("Days the pay was late");
  });
});

describe("news on a board", () => {
  it("change the row of the client and bring the move to the top", () => {
    const board = withNews(theBoard(), [item!]);
    expect(board.last).toBe(41);
    expect(board.tasks.find((task) => task.ref === "1018")).toMatchObject({ score: 0.74, band: "critical", drivers: [{ words: "payments that failed", value: 2 }] });
    // The move began where the bank said it did, not at the last step of it.
    expect(board.movers[0]).toMatchObject({ ref: "1018", score_before: 0.52, band_before: "watchlist", score: 0.74, band: "critical" });
    expect(board.movers).toHaveLength(theBoard().movers.length);
  });
  it("add a mover who is new, and take one out who is back where it was", () => {
    const newcomer = withNews(theBoard(), [change({ customerId: "demo:7", ref: "7", scoreBefore: 0.2, bandBefore: "healthy" })]);
    expect(newcomer.movers[0]).toMatchObject({ ref: "7", band_before: "healthy" });
    expect(newcomer.moved).toBe(4);
    const back = withNews(theBoard(), [change({ customerId: "demo:1043", ref: "1043", score: 0.45, band: "watchlist" })]);
    expect(back.movers.map((mover) => mover.ref)).not.toContain("1043");
    expect(back.moved).toBe(2);
  });
  it("leave a change of less than 0.05 inside a band out of the movers", () => {
    const small = withNews(theBoard(), [change({ customerId: "demo:7", ref: "7", score: 0.68, scoreBefore: 0.66, band: "watchlist" })]);
    expect(small.movers).toHaveLength(3);
  });
  it("never let the movers grow without end", () => {
    const many = Array.from({ length: 30 }, (_, at) => change({ id: 50 + at, customerId: `demo:${at}`, ref: `${at}`, scoreBefore: 0.1, bandBefore: "healthy" }));
    expect(withNews(theBoard(), many).movers).toHaveLength(12);
  });
  it("that wait are one for each client, from where the first began", () => {
    const waiting = together([change({ id: 41 })], [change({ id: 42, customerId: "demo:7" }), change({ id: 43, scoreBefore: 0.74, score: 0.8 })]);
    expect(waiting.map(({ id, scoreBefore, score }) => [id, scoreBefore, score])).toEqual([
      [42, 0.66, 0.74],
      [43, 0.66, 0.8],
    ]);
  });
  it("of something worth knowing come to the top of its list and leave scores and movers alone", () => {
    const before = theBoard();
    const after = withNews(before, insightNews().items);
    expect(after.insights.map(({ ref, kind }) => [ref, kind])).toEqual([
      ["1018", "below_zero_soon"],
      ["1102", "pay_day_missed"],
    ]);
    expect([after.last, after.movers, after.tasks, after.moved]).toEqual([45, before.movers, before.tasks, before.moved]);
    const again = withNews(after, insightNews(46).items);
    expect(again.insights.map(({ id }) => id)).toEqual([46, 39]);
  });
  it("of something worth knowing wait beside a score of the same client, and are counted", () => {
    const waiting = together([item!], [...insightNews(45).items, ...insightNews(46, "price_rise").items, ...insightNews(47).items]);
    expect(waiting.map(({ id, insight }) => [id, insight])).toEqual([
      [41, undefined],
      [46, "price_rise"],
      [47, "below_zero_soon"],
    ]);
  });
  it("are said in a sentence", () => {
    expect(saidOf(insightNews().items)).toBe("Catrin Pryce: Balance below zero soon.");
    expect(saidOf([item!])).toBe("Catrin Pryce: watchlist to critical.");
    expect(saidOf([change({ bandBefore: "critical" })])).toBe("Catrin Pryce: score 0.66 to 0.74.");
    expect(saidOf([item!, item!])).toBe("2 clients have changed.");
    expect(saidOf([])).toBe("");
  });
});

describe("the parts of the board", () => {
  it("name each band by mark and word, and say what came and went", () => {
    const html = renderToStaticMarkup(<Bands board={theBoard()} />);
    expect(html).toContain("Critical");
    expect(html).toContain("2 more than on 15 Oct");
    expect(html).toContain("3 fewer than on 15 Oct");
    expect(renderToStaticMarkup(<Bands board={{ ...theBoard(), compared: 0 }} />)).toContain("of 184 clients");
  });
  it("say what came up by its kind, without a figure, and ask about the client", () => {
    const html = renderToStaticMarkup(<WorthList board={{ ...theBoard(), insights: withNews(theBoard(), insightNews().items).insights }} />);
    expect(html).toContain("Balance below zero soon");
    expect(html).toContain('title="How is Catrin Pryce doing?"');
    expect(html).not.toMatch(/[£%]/u);
    expect(renderToStaticMarkup(<WorthList board={{ ...theBoard(), insights: [] }} />)).toBe("");
  });
  it("keep sources apart, which have dates of their own", () => {
    const two = { ...theBoard(), bands: [...theBoard().bands, { source: "berka", as_of: "1994-01-01", healthy: 5, watchlist: 0, critical: 0, too_short: 2 }] };
    const html = renderToStaticMarkup(<Bands board={two} />);
    expect(html).toContain("berka, as of 1 January 1994");
    expect(html).toContain("of 7 clients");
    expect(html).toContain("Too little history");
  });
  it("say who, why, what next, and that a follow-up is late", () => {
    const html = renderToStaticMarkup(<TaskList board={theBoard()} onLog={() => undefined} />);
    expect(html).toContain("Nadia Rahman. Ask: How is Nadia Rahman doing?");
    expect(html).toContain("<b>was due 12 Nov</b>");
    expect(html).toContain("0.71, stress score of Margaret Ellison: show why");
    expect(html.indexOf("Now")).toBeLessThan(html.indexOf("This week"));
  });
  it("say so where the list is empty or goes on", () => {
    expect(renderToStaticMarkup(<TaskList board={{ ...theBoard(), tasks: [], tasks_of: 0 }} onLog={() => undefined} />)).toContain("No client is critical");
    expect(renderToStaticMarkup(<TaskList board={{ ...theBoard(), tasks_of: 34 }} onLog={() => undefined} />)).toContain("Show all 34");
  });
  it("say where there is nothing to compare with", () => {
    expect(renderToStaticMarkup(<Movers board={{ ...theBoard(), compared: 0, movers: [], moved: 0 }} />)).toContain("no earlier score to compare with");
    expect(renderToStaticMarkup(<Movers board={{ ...theBoard(), movers: [], moved: 0 }} />)).toContain("Nobody has moved since 15 October 2026");
  });
});

describe("the line of scores", () => {
  const points = [
    { as_of: "2026-11-01", score: 0.25 },
    { as_of: "2026-11-02", score: 0.5 },
    { as_of: "2026-11-05", score: 1 },
  ];
  it("is drawn by the calendar", () => expect(pathOf(points)).toBe("M0.00 75.00L25.00 50.00L100.00 0.00"));
  it("has a sentence as its name", () => expect(sentenceOf(points)).toBe("Score from 0.25 on 1 November 2026 to 1.00 on 5 November 2026; lowest 0.25, highest 1.00."));
  it("leaves out days without a score, and says when there are too few", () => {
    const short = [{ as_of: "2026-10-01", score: null, band: "too_short" as const }, { as_of: "2026-11-01", score: 0.3, band: "healthy" as const }];
    expect(renderToStaticMarkup(<Sparkline history={short} />)).toContain("too few scores");
    expect(renderToStaticMarkup(<Sparkline history={clientStress().history} />)).toContain("Show as a table");
  });
});
