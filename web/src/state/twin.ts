import type { Plan, Problem, TwinPage, WhatIfAnswer } from "../protocol.d.ts";
import type { Bank } from "../session/bank.ts";
import type { AskedChange } from "../twin/lever.ts";
import type { Guarded } from "./guard.ts";

export interface TwinState {
  twin: TwinPage | null;
  twinProblem: Problem | null;
  whatIf: WhatIfAnswer | null;
  whatIfProblem: Problem | null;
  whatIfBusy: boolean;
  plan: Plan | null;
  planProblem: Problem | null;
}

export interface TwinActions {
  readTwin: () => Promise<void>;
  /** Asks what these changes would do. Only the answer to the last question is kept. */
  tryChanges: (changes: AskedChange[], months: number) => Promise<void>;
  readPlan: () => Promise<void>;
  removeGoal: (id: string) => Promise<void>;
  undoPlan: (version: number) => Promise<void>;
}

export const noTwin: TwinState = { twin: null, twinProblem: null, whatIf: null, whatIfProblem: null, whatIfBusy: false, plan: null, planProblem: null };

interface Ports {
  bank: Bank;
  guarded: Guarded;
  set: (change: Partial<TwinState>) => void;
}

/** The part of the store that holds the customer's twin, its what-ifs and the plan. */
export function twinSlice({ bank, guarded, set }: Ports): TwinActions {
  let asked = 0;
  const planned = async (work: () => Promise<Plan>): Promise<void> => {
    const plan = await guarded(work, (planProblem) => set({ planProblem }));
    if (plan) set({ plan, planProblem: null });
  };
  return {
    async readTwin() {
      const twin = await guarded(() => bank.twin(), (twinProblem) => set({ twinProblem }));
      if (twin) set({ twin, twinProblem: null });
    },
    async tryChanges(changes, months) {
      const mine = (asked += 1);
      set({ whatIfBusy: true });
      let problem: Problem | null = null;
      const whatIf = await guarded(() => bank.whatIf(changes, months), (failure) => (problem = failure));
      if (mine !== asked) return;
      set({ whatIfBusy: false, whatIfProblem: problem, ...(whatIf ? { whatIf } : {}) });
    },
    readPlan: () => planned(() => bank.plan()),
    removeGoal: (id) => planned(() => bank.removeGoal(id)),
    undoPlan: (version) => planned(() => bank.undoPlan(version)),
  };
}

/** Whether the bank says that there is no twin yet, which is no error. */
export const noTwinYet = ({ code }: Problem): boolean => code === "not_found" || code === "too_short";
