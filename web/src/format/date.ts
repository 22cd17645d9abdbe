import { localeTag } from "../words/say.ts";

const dayOnly = /^\d{4}-\d{2}-\d{2}$/;

/** Business dates carry no zone: they are read as they stand. Moments are shown in the zone of the reader. */
function shown(iso: string, options: Intl.DateTimeFormatOptions): string {
  const plain = dayOnly.test(iso);
  const date = new Date(plain ? `${iso}T00:00:00Z` : iso);
  if (Number.isNaN(date.getTime())) return iso;
  return new Intl.DateTimeFormat(localeTag(), plain ? { ...options, timeZone: "UTC" } : options).format(date);
}

/** "31 March 2027" */
export const day = (iso: string): string => shown(iso, { day: "numeric", month: "long", year: "numeric" });

/** "March 2027" from "2027-03" */
export const month = (iso: string): string => shown(`${iso.slice(0, 7)}-01`, { month: "long", year: "numeric" });

/** "Mar", for axes; with the year where it matters. */
export const shortMonth = (iso: string, year: boolean): string =>
  shown(`${iso.slice(0, 7)}-01`, year ? { month: "short", year: "2-digit" } : { month: "short" }).replace("Sept", "Sep");

/** "14 Nov" */
export const shortDay = (iso: string): string => shown(iso, { day: "numeric", month: "short" }).replace("Sept", "Sep");

/** "14 Nov 2026" for a date, "14 Nov 2026, 18:00" for a moment. */
export function asOf(iso: string): string {
  const date: Intl.DateTimeFormatOptions = { day: "numeric", month: "short", year: "numeric" };
  const time: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit" };
  return shown(iso, dayOnly.test(iso) ? date : { ...date, ...time }).replace("Sept", "Sep");
}

/** "18:04", with the day in front when it is not today's. */
export function clock(iso: string, now: Date): string {
  const time = shown(iso, { hour: "2-digit", minute: "2-digit" });
  return new Date(iso).toDateString() === now.toDateString() ? time : `${shown(iso, { day: "numeric", month: "short" })}, ${time}`;
}

/** "38 ms", "0.41 s", "12 s" */
export function duration(ms: number): string {
  if (ms < 100) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  return `${seconds < 1 ? seconds.toFixed(2) : seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
}
