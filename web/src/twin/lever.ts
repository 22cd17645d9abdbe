import type { Lever } from "../protocol.d.ts";
import { signed } from "../format/change.ts";
import { amount } from "../format/fact.ts";
import { localeTag, say } from "../words/say.ts";

/** A change as the bank takes it; amounts in major units as text, so that no cent is lost. */
export type AskedChange =
  | { kind: "rate_change"; points: number }
  | { kind: "save_more" | "new_recurring_cost"; amount: string }
  | { kind: "spend_less"; category: string | null; amount: string };

const major = (value: number): string => value.toFixed(2);

/** How far a handle was moved; nothing within half a step, since what is now seldom lies on a step. */
export function movedBy(lever: Lever, value: number): number {
  const more = value - lever.now;
  return Math.abs(more) < lever.step / 2 ? 0 : more;
}

/** What a moved slider asks; null where it stands as it is now. */
export function changeOf(lever: Lever, value: number): AskedChange | null {
  const more = movedBy(lever, value);
  if (more === 0) return null;
  if (lever.kind === "rate_change") return { kind: "rate_change", points: more };
  if (lever.kind === "save_more") return { kind: "save_more", amount: major(more) };
  return more < 0 ? { kind: "spend_less", category: lever.category, amount: major(-more) } : { kind: "new_recurring_cost", amount: major(more) };
}

const points = (value: number): string => say("change.points", { n: Math.abs(value), signed: signed(value) });

const whole = (value: number, currency: string): string => amount(Math.round(value), currency);

/** What a slider says at its right: "+1.5 points", "£120, was £186". */
export function leverText(lever: Lever, value: number, currency: string): string {
  const moved = movedBy(lever, value) !== 0;
  if (lever.kind === "rate_change") return moved ? points(value) : say("lever.unchanged");
  const now = whole(lever.now, currency);
  return moved ? say("lever.was", { text: whole(value, currency), was: now }) : now;
}

/** The words at the two ends of a slider. */
export const endText = (lever: Lever, value: number, currency: string): string => (lever.kind === "rate_change" ? signed(value) : whole(value, currency));

const clauses = { rate_change: ["ask.ratesUp", "ask.ratesDown"], save_more: ["ask.saveMore", "ask.saveLess"], spend_less: ["ask.spendMore", "ask.spendLess"] } as const;

/** The moved sliders as a question for the chat: "What if rates go up by 1.5 points and I spend £66 less a month on eating out?" */
export function question(levers: readonly Lever[], values: readonly number[], currency: string): string {
  const said = levers.flatMap((lever, index) => {
    const more = movedBy(lever, values[index] ?? lever.now);
    if (more === 0) return [];
    const [up, down] = clauses[lever.kind];
    const n = lever.kind === "rate_change" ? Math.abs(more) : whole(Math.abs(more), currency);
    return [say(more > 0 ? up : down, { n, category: lever.label.toLowerCase() })];
  });
  return said.length ? say("ask.whatIf", { clauses: new Intl.ListFormat(localeTag(), { type: "conjunction" }).format(said) }) : say("ask.forecast");
}
