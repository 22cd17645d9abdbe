import { isKey, localeTag, say, sayName } from "../words/say.ts";

/** A change of a scenario as it stands among the arguments of a tool. */
export type ChangeArgument = { kind: string } & Record<string, unknown>;

export const isChange = (value: unknown): value is ChangeArgument =>
  typeof value === "object" && value !== null && isKey(`change.${String((value as Record<string, unknown>)["kind"])}`);

const plain = (value: number): string => new Intl.NumberFormat(localeTag(), { maximumFractionDigits: 2 }).format(value);

/** "+1.5", "−2", "0": a number whose direction matters. */
export const signed = (value: number): string => (value < 0 ? `\u2212${plain(-value)}` : value > 0 ? `+${plain(value)}` : plain(value));

/** Changes whose sign tells the direction; the others name it ("spending less"). */
const directed: readonly string[] = ["rate_change", "income_change", "inflation"];

/** How each parameter is said, in this order. */
const particulars: [string, (value: number, how: (value: number) => string) => string][] = [
  ["points", (value, how) => say("change.points", { n: Math.abs(value), signed: how(value) })],
  ["amount", (value, how) => how(value)],
  ["percent", (value, how) => say("change.percent", { n: how(value) })],
  ["term_months", (value) => say("change.over", { months: months(value) })],
  ["rate_percent", (value) => say("change.rate", { n: plain(value) })],
  ["due_day", (value) => say("change.dueDay", { n: value })],
  ["months", (value) => say("change.for", { months: months(value) })],
  ["starts_in_months", (value) => (value > 0 ? say("change.in", { months: months(value) }) : "")],
];

const months = (n: number): string => say("unit.months", { n });

/** Amounts come as text, so that no cent is lost on the way. */
function numberOf(value: unknown): number | null {
  if (typeof value !== "number" && typeof value !== "string") return null;
  return value === "" || Number.isNaN(Number(value)) ? null : Number(value);
}

/** A change in words: "rates +1.5 points in 5 months", "new monthly cost 400". */
export function changeWords(change: ChangeArgument): string {
  const how = directed.includes(change.kind) ? signed : plain;
  const said = particulars.map(([name, words]) => {
    const value = numberOf(change[name]);
    return value === null ? "" : words(value, how);
  });
  const named = [change["category"], change["product"]].map((each) => (typeof each === "string" ? each.replace(/[_-]/g, " ") : ""));
  return [sayName("change", change.kind), ...named, ...said].filter(Boolean).join(" ");
}
