import { isKey, sayName } from "../words/say.ts";
import { changeWords, isChange } from "./change.ts";

/** Arguments of a tool as words: {"horizon_months":12,"account":"current"} becomes "horizon months 12, account current"; changes of a scenario speak for themselves. */
export function argumentWords(json: string): string {
  const parsed = parse(json);
  if (parsed === null) return "";
  return typeof parsed === "object" && !Array.isArray(parsed) ? entries(parsed as Record<string, unknown>) : words(parsed);
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null; // Arguments may still be arriving.
  }
}

const entries = (value: Record<string, unknown>): string =>
  Object.entries(value)
    .filter(([, each]) => each !== null && each !== undefined && each !== "" && !(Array.isArray(each) && each.length === 0))
    .map(([key, each]) => (saysItself(each) ? words(each) : `${key.replaceAll("_", " ")} ${words(each)}`))
    .join(", ");

/** What is understood without the name of its argument. */
const saysItself = (value: unknown): boolean =>
  Array.isArray(value) ? value.every((each) => isChange(each) || isCondition(each)) : typeof value === "object" && value !== null && Object.values(value).some((each) => Array.isArray(each) && each.length > 0 && saysItself(each));

type Condition = { field: string; op: string; value?: unknown };
const isCondition = (value: unknown): value is Condition =>
  typeof value === "object" && value !== null && "field" in value && "op" in value && isKey(`op.${String(value.op)}`);

const conditionWords = ({ field, op, value }: Condition): string => [field.replaceAll("_", " "), sayName("op", op), value == null ? "" : words(value)].filter(Boolean).join(" ");

function words(value: unknown): string {
  if (isChange(value)) return changeWords(value);
  if (isCondition(value)) return conditionWords(value);
  if (Array.isArray(value)) return value.map(words).join(" and ");
  if (typeof value === "object" && value !== null) return entries(value as Record<string, unknown>);
  if (value === true) return "yes";
  if (value === false) return "no";
  return String(value).replaceAll("_", " ");
}
