import type { Band, NewsDriver, ShownDriver } from "../protocol.d.ts";
import { localeTag, sentenceCase } from "../words/say.ts";

const MINUS = "\u2212";
/** A smaller difference of two scores is none: they are shown with two decimals. */
const LEAST = 0.005;

const fixed = (value: number, digits: number): string =>
  new Intl.NumberFormat(localeTag(), { minimumFractionDigits: digits, maximumFractionDigits: digits, signDisplay: "negative" }).format(value).replace("-", MINUS);

/** "0.71" */
export const scoreText = (score: number): string => fixed(score, 2);

/** "+0.17", "−0.03", "0.00" */
export function changeText(before: number, after: number): string {
  const change = after - before;
  if (Math.abs(change) < LEAST) return fixed(0, 2);
  return `${change < 0 ? MINUS : "+"}${fixed(Math.abs(change), 2)}`;
}

/** The value of a driver in its unit: "34%", "85", "1.5". */
function valueText({ value, unit }: { value: number; unit: ShownDriver["unit"] }): string {
  if (unit === "percent") return `${fixed(value, 0)}%`;
  if (unit === "share") return `${fixed(value * 100, 0)}%`;
  return fixed(value, 0);
}

/** A reason in words, as the bank words it: the client's own value, then what it is of. */
export function driverText({ value, words, unit }: Pick<ShownDriver, "value" | "words" | "unit">): string {
  return value === null ? sentenceCase(words) : `${valueText({ value, unit })} ${words}`;
}

/** A driver of a frame, which leaves out what is not known. */
export const shownDriver = ({ words, value, unit }: NewsDriver): ShownDriver => ({ name: words, words, value: value ?? null, unit });

const severity: Record<Band, number> = { too_short: 0, healthy: 1, watchlist: 2, critical: 3 };

/** Whether a move went to a worse band. */
export const worse = (before: Band, after: Band): boolean => severity[after] > severity[before];
