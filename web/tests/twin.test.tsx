import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { plan } from "../mock/fixtures/goal.ts";
import { twin as theTwin, whatIf } from "../mock/fixtures/twin.ts";
import type { Block, Debt, Lever, PlanGoal, TwinPage } from "../src/protocol.d.ts";
import { Changes } from "../src/twin/changes.tsx";
import { Debts, debtWords } from "../src/twin/debts.tsx";
import { outlookWords } from "../src/twin/goals.tsx";
import { habitTable, Habits } from "../src/twin/habits.tsx";
import { Intro } from "../src/twin/intro.tsx";
import { changeOf, leverText, question } from "../src/twin/lever.ts";
import { NormalMonth } from "../src/twin/normal-month.tsx";
import { Slider } from "../src/twin/slider.tsx";
import { Status } from "../src/twin/status.tsx";
import { TrackRecord } from "../src/twin/track-record.tsx";
import { arranged } from "../src/twin/what-if.tsx";

const twin = theTwin();
const [rates, saving, eating] = twin.levers as [Lever, Lever, Lever];

describe("a slider of what if", () => {
  it("asks nothing where it stands as it is now", () => {
    expect(changeOf(rates, 0)).toBeNull();
    expect(changeOf(eating, 186)).toBeNull();
    expect(changeOf({ ...eating, now: 187.42 }, 186)).toBeNull();
  });
  it.each([
    [rates, 1.5, { kind: "rate_change", points: 1.5 }],
    [saving, 450, { kind: "save_more", amount: "100.00" }],
    [eating, 120, { kind: "spend_less", category: "eating_out", amount: "66.00" }],
    [eating, 300, { kind: "new_recurring_cost", amount: "114.00" }],
  ])("%o at %d asks %o", (lever, value, change) => expect(changeOf(lever, value)).toEqual(change));
  it("says what it stands at and what it was", () => {
    expect(leverText(rates, -0.25, "GBP")).toBe("−0.25 points");
    expect(leverText(rates, 1, "GBP")).toBe("+1 point");
    expect(leverText(eating, 120, "GBP")).toBe("£120, was £186");
    expect(leverText(saving, 350, "GBP")).toBe("£350");
  });
  it("says its value in words to a screen reader, and fills its track up to the handle", () => {
    const html = renderToStaticMarkup(<Slider lever={rates} value={1} currency="GBP" onChange={() => undefined} />);
    expect(html).toContain('aria-valuetext="+1 point"');
    expect(html).toContain("--at:50.0%");
  });
  it("becomes a question for the chat", () => {
    expect(question(twin.levers, [1.5, 350, 120], "GBP")).toBe("What if rates go up by 1.5 points and I spend £66 less a month on eating out?");
    expect(question(twin.levers, [0, 350, 186], "GBP")).toBe("What will my balance be in twelve months?");
  });
});

describe("the answer to what if", () => {
  const { blocks } = whatIf(1, 0, 0);
  const more: Block[] = [
    { type: "query", id: "q", section: "s0", chips: [], not_understood: [] },
    { type: "table", id: "t", section: "s0", title: "With and without", columns: [], rows: [], total: null, note: null },
    { type: "text", id: "a", section: "s0", heading: "What this takes for granted", sentences: [] },
    { type: "disclosure", id: "n", rule: "projection", text: { text: "Simulated.", spans: [] }, concerns: [] },
  ];
  it("keeps words, chart and notices in sight, folds the details and leaves out what the sliders say", () => {
    const { first, shown, folded } = arranged([...blocks, ...more]);
    expect([first, shown, folded].map((part) => part.map((block) => block.id))).toEqual([["w1"], ["w2", "n"], ["t", "a"]]);
  });
});

describe("the page of the twin", () => {
  it("begins with what is known and what is left, as figures to open", () => {
    const html = renderToStaticMarkup(<Intro twin={twin} />);
    expect(html).toMatch(/learnt from <button[^>]*>26 months<\/button> of your accounts\./);
    expect(html).toMatch(/leaves you <button[^>]*>£354<\/button>\. Of what a normal month leaves, <button[^>]*>£350<\/button> is put aside\./);
    expect(html).not.toContain("within the band");
    expect(html).toContain("nursery fees went up in September.");
  });
  it("sets out a normal month with its range and a plain total", () => {
    const html = renderToStaticMarkup(<NormalMonth twin={twin} />);
    expect(html).toContain("£ a month");
    expect(html).toMatch(/aria-label="minus 2,323 pounds, commitments a month">−2,323<\/button>/);
    expect(html).toContain("−2,360 to −2,290");
    expect(html).toMatch(/<tr class="total"><th scope="row">Left over<\/th><td class="num">354<\/td>/);
  });
  it("says which months were outside of the band", () => {
    const html = renderToStaticMarkup(<TrackRecord twin={twin} />);
    expect(html).toMatch(/in <button[^>]*>10<\/button> of <button[^>]*>12<\/button> months\. Outside: January 2026 and July 2026\./);
    expect(html).toContain('<span class="vh">outside</span>');
  });
  it("says that it cannot tell yet how well it has done", () => expect(renderToStaticMarkup(<TrackRecord twin={{ ...twin, track_record: [] }} />)).toContain("not enough history yet"));
  it("tells in words what changed, with the versions below", () => {
    const html = renderToStaticMarkup(<Changes twin={twin} />);
    expect(html).toContain("Version 3</b>, 2 Oct 2026: new bookings");
  });
});

describe("the state of the twin", () => {
  const state = (more: Partial<TwinPage> = {}): string => renderToStaticMarkup(<Status twin={{ ...twin, ...more }} />);
  it("says in words what it goes by, and as of when", () => {
    expect(state()).toContain("<b>Active.</b> Its figures come from your own bookings. As of 14 Nov 2026.");
    expect(state({ status: "learning" })).toContain("<b>Learning.</b> Your history is short");
  });
  it("says what a paused one is not used for, and also what it rests on", () => {
    expect(state({ status: "paused" })).toContain("<b>Paused.</b> You have not agreed to personal suggestions");
    expect(state({ status: "paused", basis: "stated" })).toMatch(/Paused\..*You have not agreed.*not on your account\./);
  });
});

describe("a twin that rests on what was stated", () => {
  const learnt = { ...twin.facts["twin.months"]!, value: 9, unit: "days" as const };
  const stated: TwinPage = { ...twin, status: "learning", basis: "stated", levers: [], changes: [], habits: [], habits_said: null, track_record: [], facts: { ...twin.facts, "twin.months": learnt } };
  it("never calls it a month of yours", () => {
    const html = renderToStaticMarkup(<NormalMonth twin={stated} />);
    expect(html).toContain("A month of similar people");
    expect(html).toContain("It is no forecast of your own account.");
    expect(html).toContain("8 in 10 of them");
    expect(html).not.toContain("What your twin expects");
  });
  it("says from how little it starts, and nothing about you", () => {
    const html = renderToStaticMarkup(<Intro twin={stated} />);
    expect(html).toMatch(/So far there are <button[^>]*>9 days<\/button> of bookings\./);
    expect(html).not.toContain("leaves you");
    expect(html).not.toContain("#changes");
  });
  it("has no habits to show", () => expect(renderToStaticMarkup(<Habits twin={stated} />)).toBe(""));
});

describe("the habits", () => {
  it("are a guess, with every line in words and every figure to open", () => {
    const html = renderToStaticMarkup(<Habits twin={twin} />);
    expect(html).toContain("It can be wrong, and it is no judgement of you.");
    expect(html).toContain('aria-label="Saver: 44 in 100 on 28 May 2026, 62 in 100 on 14 Nov 2026"');
    expect(html).toMatch(/<button[^>]*>62 in 100<\/button><\/li>/);
  });
  it("have every month in their table, the newest first", () => {
    const table = habitTable(twin.habits);
    expect(table.rows).toHaveLength(7);
    expect(table.columns.map((column) => column.label)).toEqual(["When", "Saver", "Investor", "Spender"]);
    expect(table.rows[0]!.map((cell) => cell.text)).toEqual(["14 Nov 2026", "62", "30", "8"]);
    expect(table.rows[0]![1]!.spans[0]!.id).toBe("twin.mix.saver.6");
  });
  it("are never said to be none or all", () => {
    const [last] = twin.habits.slice(-1);
    const sure: TwinPage = { ...twin, habits: [{ on: last!.on, shares: [{ ...last!.shares[0]!, share: 0.998 }, { ...last!.shares[1]!, share: 0.002 }] }] };
    expect(renderToStaticMarkup(<Habits twin={sure} />)).toMatch(/>more than 99 in 100<.*>fewer than 1 in 100</);
    expect(habitTable(sure.habits).rows[0]!.map((cell) => cell.text)).toEqual(["14 Nov 2026", "over 99", "under 1"]);
  });
  it("are drawn only over time", () => {
    const html = renderToStaticMarkup(<Habits twin={{ ...twin, habits: twin.habits.slice(-1) }} />);
    expect(html).not.toContain("<svg");
    expect(html).not.toContain("Show as a table");
  });
});

describe("what is owed", () => {
  const [mortgage] = plan().debts as [Debt];
  it("has its name, what is left, what it costs and when it is paid off", () => {
    const html = renderToStaticMarkup(<Debts debts={[mortgage]} />);
    expect(html).toContain("<bdi>Fixed rate mortgage</bdi>");
    expect(html).toContain("£186,400 owed");
    expect(html).toContain("£882 a month at 2.19%. Paid off on 1 December 2048 if payment and rate stay.");
  });
  it("is not said to end where it does not", () => {
    expect(debtWords({ ...mortgage, free_on: null })).toBe("£882 a month at 2.19%. It is not paid off that way.");
    expect(debtWords({ ...mortgage, instalment_minor: 0, rate_bps: 0, free_on: null })).toBe("No fixed payment, without interest. It is not paid off that way.");
  });
  it("is called by its kind where it has no name", () => expect(renderToStaticMarkup(<Debts debts={[{ ...mortgage, name: null, kind: "car_loan" }]} />)).toContain("Car loan"));
  it("takes no room where there is none", () => expect(renderToStaticMarkup(<Debts debts={[]} />)).toBe(""));
});

describe("the outlook of a goal", () => {
  const [fund, kitchen] = plan().goals as [PlanGoal, PlanGoal];
  const of = (goal: PlanGoal, more: Partial<NonNullable<PlanGoal["outlook"]>> = {}): string => outlookWords(goal, { ...goal.outlook!, ...more }, "GBP");

  it("says when it is likely, and how likely in time", () =>
    expect(of(fund)).toBe("Likely August 2027; 8 in 10 between June 2027 and November 2027. 86 in 100 simulated paths are there by 30 November 2027."));
  it("says first by how much it is behind, and last what would help", () =>
    expect(of(kitchen)).toMatch(/^Behind by £790\. Likely May 2030;.*£195 more a month would raise that to 8 in 10\.$/));
  it("does not promise what no path reaches", () => expect(of(kitchen, { likely_on: null })).toContain("Not within ten years at this pace."));
  it("is short when it is reached", () => expect(of(fund, { status: "reached" })).toBe("Reached."));
});
