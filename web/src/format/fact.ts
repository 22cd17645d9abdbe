import type { Fact } from "../protocol.d.ts";
import { isKey, localeTag, say } from "../words/say.ts";
import { day, month } from "./date.ts";

const MINUS = "\u2212";
/** Currencies whose minor unit is not a hundredth. */
const MINOR_DIGITS: Record<string, number> = { JPY: 0, KRW: 0, KWD: 3, BHD: 3 };

const typographic = (text: string): string => text.replace(/^-/, MINUS).replace(/-(?=[^0-9]*[0-9])/g, MINUS);

function number(value: number, least: number, most: number = least): string {
  return typographic(new Intl.NumberFormat(localeTag(), { minimumFractionDigits: least, maximumFractionDigits: most }).format(value));
}

export const minorDigits = (currency: string): number => MINOR_DIGITS[currency] ?? 2;
const major = (fact: Fact): number => Number(fact.value) / 10 ** minorDigits(fact.currency ?? "GBP");

function digitsOf(fact: Fact, value: number): number {
  if (fact.digits !== null) return fact.digits;
  return fact.unit === "money" && !Number.isInteger(value) ? minorDigits(fact.currency ?? "GBP") : 0;
}

/** Currencies with a sign everybody reads; every other one is written with its code, as in the answer itself. */
const SIGNED = new Set(["GBP", "EUR", "USD", "INR", "JPY"]);

function money(value: number, currency: string, least: number, most: number): string {
  if (!SIGNED.has(currency)) return `${number(value, least, most)}\u00a0${currency}`;
  const options = { style: "currency", currency, currencyDisplay: "narrowSymbol" } as const;
  return typographic(new Intl.NumberFormat(localeTag(), { ...options, minimumFractionDigits: least, maximumFractionDigits: most }).format(value));
}

/** An amount in major units with its currency, for axes: "−£1,000", "20,000 CZK". */
export function amount(value: number, currency: string | null): string {
  if (!currency) return number(value, 0, 2);
  return money(value, currency, 0, Number.isInteger(value) ? 0 : 2);
}

/** Minor units with their currency, without pennies unless there are some: "£9,000", "£12.50". */
export function amountMinor(minor: number, currency: string): string {
  const value = minor / 10 ** minorDigits(currency);
  const digits = Number.isInteger(value) ? 0 : minorDigits(currency);
  return money(value, currency, digits, digits);
}

/** The same without pennies: for what is expected, which is not exact to the penny. */
export const roundMinor = (minor: number, currency: string): string => amount(Math.round(minor / 10 ** minorDigits(currency)), currency);

/** A whole number for a column whose head names the currency: "−2,323". */
export const wholeAmount = (value: number): string => number(Math.round(value) || 0, 0);

/** "£", or the code where nobody would read the sign. */
export const currencySign = (currency: string): string =>
  SIGNED.has(currency)
    ? (new Intl.NumberFormat(localeTag(), { style: "currency", currency, currencyDisplay: "narrowSymbol" }).formatToParts(0).find((part) => part.type === "currency")?.value ?? currency)
    : currency;

/** Sources of figures that a person brought: these are repeated as they were said. */
const STATED = new Set(["you said", "as understood"]);

/** A share of simulated paths, which is never certain: "18 in 100", "more than 99 in 100". */
export function inHundred(share: number, exact = false): string {
  if (!exact && share < 0.01) return say("unit.in_100.fewest");
  if (!exact && share > 0.99) return say("unit.in_100.most");
  return say("unit.in_100", { n: Math.round(share * 100) });
}

/** A fact as text, for figures that the answer itself does not show (the inputs of a selected figure). */
export function factText(fact: Fact): string {
  const value = Number(fact.value);
  switch (fact.unit) {
    case "money": {
      const digits = digitsOf(fact, major(fact));
      return money(major(fact), fact.currency ?? "GBP", digits, digits);
    }
    case "percent":
      return `${number(value, fact.digits ?? 0, fact.digits ?? 2)}%`;
    case "points":
      return say("unit.points", { n: number(value, fact.digits ?? 0, fact.digits ?? 2) });
    case "score":
      return number(value, fact.digits ?? 2);
    case "in_100":
      return inHundred(value, STATED.has(fact.source));
    case "count":
    case "day_of_month":
      return number(value, 0);
    case "minutes":
    case "hours":
    case "days":
    case "months":
    case "years":
      return say(`unit.${fact.unit}`, { n: number(value, 0) });
    case "date":
      return day(String(fact.value));
    case "month":
      return month(String(fact.value));
    case "label":
      return String(fact.value);
  }
}

/** The label with its period: "mortgage payment a month". */
export function factLabel(fact: Fact): string {
  return fact.period ? say("fact.label.period", { label: fact.label, period: say(`period.${fact.period}`) }) : fact.label;
}

/** What a screen reader says for a figure: "1,251 pounds, mortgage payment a month". */
export const spokenFact = (fact: Fact): string => say("figure.spoken", { value: spokenValue(fact), label: factLabel(fact) });

function spokenValue(fact: Fact): string {
  if (fact.unit === "percent") return spokenSign(Number(fact.value), (size) => say("unit.percent", { n: number(size, 0, fact.digits ?? 2) }));
  if (fact.unit !== "money") return factText(fact);
  const key = `currency.${fact.currency ?? "GBP"}`;
  if (!isKey(key)) return factText(fact);
  return spokenSign(major(fact), (size) => say(key, { n: number(size, digitsOf(fact, size)) }));
}

/** Screen readers skip the minus sign, so it becomes a word. */
const spokenSign = (value: number, words: (size: number) => string): string =>
  value < 0 ? say("currency.minus", { words: words(-value) }) : words(value);
