import { describe, expect, it } from "vitest";
import { fact } from "../mock/fixtures/recording.ts";
import { argumentWords } from "../src/format/arguments.ts";
import { asOf, duration } from "../src/format/date.ts";
import { amount, amountMinor, currencySign, factText, spokenFact, wholeAmount } from "../src/format/fact.ts";
import { say, sayName } from "../src/words/say.ts";

const money = (value: number, more = {}) => fact("m", { label: "mortgage payment", value, unit: "money", source: "what_if", ...more });

describe("facts as text", () => {
  it.each([
    [money(125100), "£1,251"],
    [money(-1500), "−£15"],
    [money(4250), "£42.50"],
    [fact("p", { label: "rate", value: 4.39, unit: "percent", source: "s" }), "4.39%"],
    [fact("i", { label: "paths", value: 0.18, unit: "in_100", source: "s" }), "18 in 100"],
    [fact("i", { label: "paths", value: 0, unit: "in_100", source: "s" }), "fewer than 1 in 100"],
    [fact("i", { label: "paths", value: 1, unit: "in_100", source: "s" }), "more than 99 in 100"],
    [fact("i", { label: "paths", value: 1, unit: "in_100", source: "you said" }), "100 in 100"],
    [fact("s", { label: "score", value: 0.7, unit: "score", source: "s" }), "0.70"],
    [fact("d", { label: "end", value: "2027-03-31", unit: "date", source: "s" }), "31 March 2027"],
    [fact("o", { label: "term", value: 1, unit: "months", source: "s" }), "1 month"],
    [fact("n", { label: "term", value: 1263, unit: "days", source: "s" }), "1,263 days"],
  ])("%#: %o", (value, text) => expect(factText(value)).toBe(text));

  it("shows yen without decimals", () => expect(factText({ ...money(1200), currency: "JPY" })).toBe("¥1,200"));
  it("shows axis labels with a true minus", () => expect(amount(-1000, "GBP")).toBe("−£1,000"));
});

describe("what a screen reader says", () => {
  it("reads the amount, what it is, and the period", () =>
    expect(spokenFact(money(125100, { period: "month" }))).toBe("1,251 pounds, mortgage payment a month"));
  it("says minus as a word", () => expect(spokenFact(money(-100))).toBe("minus 1 pound, mortgage payment"));
  it("says percent as a word", () =>
    expect(spokenFact(fact("p", { label: "rate", value: 4.39, unit: "percent", source: "s" }))).toBe("4.39 percent, rate"));
});

describe("words", () => {
  it("chooses between one and other", () => {
    expect(say("verdict.figures", { n: 1 })).toBe("1 figure traced");
    expect(say("verdict.figures", { n: 27 })).toBe("27 figures traced");
  });
  it("makes a name from the wire readable when there is no word for it", () => {
    expect(sayName("step", "risk_analyst")).toBe("Risk analyst");
    expect(sayName("step", "new_specialist")).toBe("New specialist");
  });
});

describe("dates, times, arguments", () => {
  it("shows a business date as it stands, in any zone", () => expect(asOf("2026-11-14")).toBe("14 Nov 2026"));
  it.each([[38, "38 ms"], [410, "0.41 s"], [2400, "2.4 s"], [12300, "12 s"]])("%i ms is %s", (ms, text) => expect(duration(ms)).toBe(text));
  it("says arguments in words, without what is empty", () =>
    expect(argumentWords('{"horizon_months":12,"account":"current","tags":[],"note":null,"rates":["4%","5%"]}')).toBe(
      "horizon months 12, account current, rates 4% and 5%",
    ));
  it("says nothing while arguments are still arriving", () => expect(argumentWords('{"band":')).toBe(""));
});

describe("changes of a scenario in the trace", () => {
  const said = (...changes: object[]): string => argumentWords(JSON.stringify({ changes, horizon_months: 12 }));
  it.each([
    [{ kind: "rate_change", points: 1.5, starts_in_months: 5, months: null, category: null }, "rates +1.5 points in 5 months"],
    [{ kind: "rate_change", points: -1 }, "rates −1 point"],
    [{ kind: "job_loss", months: 3, starts_in_months: 0 }, "no income for 3 months"],
    [{ kind: "new_recurring_cost", amount: "400" }, "new monthly cost 400"],
    [{ kind: "income_change", percent: -10 }, "income −10%"],
    [{ kind: "spend_less", amount: "66.00", category: "eating_out" }, "spending less eating out 66"],
    [{ kind: "new_loan", amount: "12000", term_months: 60, rate_percent: 7.9 }, "new loan 12,000 over 60 months at 7.9%"],
    [{ kind: "change_of_due_date", category: "utilities", due_day: 28 }, "bills moved utilities to day 28"],
  ])("%o", (change, words) => expect(said(change)).toBe(`${words}, horizon months 12`));
  it("says several together", () => expect(said({ kind: "job_loss", months: 1 }, { kind: "save_more", amount: 50 })).toBe("no income for 1 month and saving more 50, horizon months 12"));
  it("says the conditions of a query, without the names around them", () => {
    const query = { where: [{ field: "has_variable_rate", op: "eq", value: true }, { field: "balance", op: "lt", value: 0 }], limit: 25 };
    expect(argumentWords(JSON.stringify({ query, changes: [{ kind: "rate_change", points: 2 }] }))).toBe("has variable rate is yes and balance below 0, limit 25, rates +2 points");
  });
  it("leaves alone what is no change", () => expect(argumentWords('{"filter":{"kind":"saver"}}')).toBe("filter kind saver"));
});

describe("amounts of a table", () => {
  it("has whole numbers with a true minus, and never minus nothing", () => {
    expect(wholeAmount(-2323.4)).toBe("−2,323");
    expect(wholeAmount(-0.2)).toBe("0");
  });
  it("names the currency by its sign, or by its code", () => expect([currencySign("GBP"), currencySign("CZK")]).toEqual(["£", "CZK"]));
  it("shows pennies only where there are some", () => expect([amountMinor(900000, "GBP"), amountMinor(1250, "GBP")]).toEqual(["£9,000", "£12.50"]));
});
