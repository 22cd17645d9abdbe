/** What is being written survives a reload and a new sign-in of the same tab, and is forgotten with the tab. */
const PLACE = "pf.draft";

export function keptDraft(): string {
  try {
    return sessionStorage.getItem(PLACE) ?? "";
  } catch {
    return "";
  }
}

export function keepDraft(text: string): void {
  try {
    if (text) sessionStorage.setItem(PLACE, text);
    else sessionStorage.removeItem(PLACE);
  } catch {
    // Storage may be blocked; the draft then lives in the page alone.
  }
}
