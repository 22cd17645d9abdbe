import { create } from "zustand";

export interface Preferences {
  theme: "system" | "light" | "dark";
  text: "normal" | "large";
  /** Whether keys without a modifier act (WCAG 2.1.4 asks that they can be switched off). */
  singleKeys: boolean;
}

const PLACE = "pf.preferences";
const usual: Preferences = { theme: "system", text: "normal", singleKeys: true };

function kept(): Preferences {
  try {
    return { ...usual, ...(JSON.parse(localStorage.getItem(PLACE) ?? "{}") as Partial<Preferences>) };
  } catch {
    return usual; // Storage may be blocked; preferences then last as long as the page.
  }
}

function apply({ theme, text }: Preferences): void {
  const root = document.documentElement;
  if (theme === "system") delete root.dataset["theme"];
  else root.dataset["theme"] = theme;
  if (text === "large") root.dataset["text"] = "large";
  else delete root.dataset["text"];
}

/** Preferences of this browser. They hold nothing about the person, so they outlive a session. */
export const usePreferences = create<Preferences & { prefer: (change: Partial<Preferences>) => void }>((set, get) => ({
  ...kept(),
  prefer(change) {
    set(change);
    const { theme, text, singleKeys } = get();
    const all = { theme, text, singleKeys };
    apply(all);
    try {
      localStorage.setItem(PLACE, JSON.stringify(all));
    } catch {
      // As above: without storage they last as long as the page.
    }
  },
}));
