import type { Problem, Proposal, Resume, ResumePayload } from "../protocol.d.ts";
import type { Bank } from "../session/bank.ts";
import type { Turn } from "../turn/turn.ts";
import { isOpen } from "../turn/turn.ts";
import { say } from "../words/say.ts";
import type { Guarded } from "./guard.ts";

export interface ProposalsState {
  /** The proposals of the open conversation by id, as the bank holds them. */
  proposals: Record<string, Proposal>;
  /** The one that a decision is on its way for. */
  deciding: string | null;
  /** What went wrong when they were read. */
  proposalProblem: Problem | null;
}

export type Decision = Resume["status"];

/** What the person says along with a decision: why not, or another amount or date. */
export type Terms = Omit<ResumePayload, "key">;

export interface ProposalsActions {
  readProposals: () => Promise<void>;
  decide: (proposal: Proposal, status: Decision, terms?: Terms) => Promise<void>;
}

export const noProposals: ProposalsState = { proposals: {}, deciding: null, proposalProblem: null };

const words = { approved: "proposal.said.approved", declined: "proposal.said.declined", undone: "proposal.said.undone" } as const;

/** The decision in the person's words, as it stands in the conversation. */
export function decisionText(verb: string, status: Decision, reason: string | undefined): string {
  const said = say(words[status], { verb });
  return reason ? `${said}. ${reason}` : said;
}

export const offersProposal = (turn: Turn): boolean => turn.blocks.some((block) => block.type === "proposal");

interface Ports {
  bank: Bank;
  guarded: Guarded;
  newId: () => string;
  set: (change: Partial<ProposalsState>) => void;
  get: () => ProposalsState & { threadId: string | null; turns: Turn[] };
  /** Runs a turn that carries a decision. */
  send: (text: string, decides: Turn["decides"]) => Promise<void>;
}

/** The part of the store that holds what waits for a person, and sends their decisions. */
export function proposalsSlice({ bank, guarded, newId, set, get, send }: Ports): ProposalsActions {
  /** One key for each decision: pressed again after a loss it is the same decision, not a second one. */
  const keys = new Map<string, string>();
  return {
    async readProposals() {
      const { threadId } = get();
      if (!threadId) return;
      const found = await guarded(() => bank.proposals(threadId), (proposalProblem) => set({ proposalProblem, deciding: null }));
      if (!found || get().threadId !== threadId) return;
      set({ proposals: Object.fromEntries(found.map((each) => [each.id, each])), deciding: null, proposalProblem: null });
    },
    async decide(proposal, status, terms = {}) {
      if (get().deciding || get().turns.some(isOpen)) return;
      set({ deciding: proposal.id });
      const place = `${proposal.id} ${status} ${JSON.stringify(terms)}`;
      const key = keys.get(place) ?? newId();
      keys.set(place, key);
      await send(decisionText(proposal.verb, status, terms.reason), { interruptId: proposal.id, status, payload: { key, ...terms } });
    },
  };
}
