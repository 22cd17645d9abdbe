/** Arguments of a tool as words: {"horizon_months":12,"account":"current"} becomes "horizon months 12, account current". */
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
    .map(([key, each]) => `${key.replaceAll("_", " ")} ${words(each)}`)
    .join(", ");

function words(value: unknown): string {
  if (Array.isArray(value)) return value.map(words).join(" and ");
  if (typeof value === "object" && value !== null) return entries(value as Record<string, unknown>);
  if (value === true) return "yes";
  if (value === false) return "no";
  return String(value).replaceAll("_", " ");
}
