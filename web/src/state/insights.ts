import type { BookInsights, Insights, InsightSettings, Problem } from "../protocol.d.ts";
import type { Bank } from "../session/bank.ts";
import type { Guarded } from "./guard.ts";

export interface InsightsState {
  /** What is worth knowing for a customer; null until it was read. */
  insights: Insights | null;
  /** The same for the clients of a relationship manager. */
  book: BookInsights | null;
  /** Keys that were put aside here, shown with a way back until the list is read again. */
  dismissed: readonly string[];
  insightSettings: InsightSettings | null;
  insightProblem: Problem | null;
}

export interface InsightsActions {
  /** Reads what is worth knowing; `now` reads it in quiet hours too. */
  readInsights: (now?: boolean) => Promise<void>;
  readBook: (now?: boolean) => Promise<void>;
  dismiss: (key: string) => Promise<void>;
  bringBack: (key: string) => Promise<void>;
  readInsightSettings: () => Promise<void>;
  setInsightSettings: (settings: InsightSettings) => Promise<void>;
}

export const noInsights: InsightsState = { insights: null, book: null, dismissed: [], insightSettings: null, insightProblem: null };

interface Ports {
  bank: Bank;
  guarded: Guarded;
  set: (change: Partial<InsightsState>) => void;
  get: () => InsightsState;
}

/** The part of the store that holds what is worth knowing. */
export function insightsSlice({ bank, guarded, set, get }: Ports): InsightsActions {
  let chosen = 0;
  const fail = (insightProblem: Problem): void => set({ insightProblem });
  /** Puts a key aside, or takes it back, at once; a failure undoes that and says so. */
  const turn = async (key: string, aside: boolean, work: () => Promise<unknown>): Promise<void> => {
    const others = (): string[] => get().dismissed.filter((each) => each !== key);
    const mark = (dismissed: boolean): void => set({ dismissed: dismissed ? [...others(), key] : others() });
    mark(aside);
    set({ insightProblem: null });
    await guarded(work, (problem) => (mark(!aside), fail(problem)));
  };
  return {
    async readInsights(now = false) {
      const insights = await guarded(() => bank.insights(now), fail);
      if (insights) set({ insights, dismissed: [], insightProblem: null });
    },
    async readBook(now = false) {
      const book = await guarded(() => bank.bookInsights(now), fail);
      if (book) set({ book, dismissed: [], insightProblem: null });
    },
    dismiss: (key) => turn(key, true, () => bank.dismissInsight(key)),
    bringBack: (key) => turn(key, false, () => bank.restoreInsight(key)),
    async readInsightSettings() {
      const insightSettings = await guarded(() => bank.insightSettings(), fail);
      if (insightSettings) set({ insightSettings, insightProblem: null });
    },
    async setInsightSettings(settings) {
      const mine = (chosen += 1);
      const before = get().insightSettings;
      set({ insightSettings: settings, insightProblem: null });
      // Each choice holds all others made so far: the answer to an older one must not take a newer one back.
      const kept = await guarded(() => bank.setInsightSettings(settings), (problem) => (mine === chosen && set({ insightSettings: before }), fail(problem)));
      if (kept && mine === chosen) set({ insightSettings: kept });
    },
  };
}
