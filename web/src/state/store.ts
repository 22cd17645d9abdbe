import { create } from "zustand";
import type { CitationBlock, Fact, Me, Problem, ServerFrame, ThreadSummary, Thumb } from "../protocol.d.ts";
import { bank as theBank, BankError, SessionExpired, type Bank } from "../session/bank.ts";
import { fromStored, reduceEvents, reduceGap } from "../turn/reduce.ts";
import { isOpen, newTurn, type Turn } from "../turn/turn.ts";
import { Socket, type Link, type SocketPorts } from "../wire/socket.ts";
import { speak } from "../words/say.ts";
import { boardSlice, noBoard, type BoardActions, type BoardState } from "./board.ts";
import { keepDraft, keptDraft } from "./draft.ts";
import { guardedBy } from "./guard.ts";
import { insightsSlice, noInsights, type InsightsActions, type InsightsState } from "./insights.ts";
import { newId } from "./new-id.ts";
import { pageFor, place, type Page, type Place } from "./place.ts";
import { noProposals, offersProposal, proposalsSlice, type ProposalsActions, type ProposalsState } from "./proposals.ts";
import { noTwin, twinSlice, type TwinActions, type TwinState } from "./twin.ts";

export const LONGEST_QUESTION = 4000;

/** What the panel or the sheet shows beside the working. `place` tells apart the same fact shown twice. */
export type Inspected =
  | { kind: "figure"; runId: string; factId: string; place: string; text: string; facts: Record<string, Fact> }
  | { kind: "passage"; runId: string; citation: CitationBlock };

export type Phase = "opening" | "unreachable" | "out" | "in";

export interface State extends BoardState, InsightsState, ProposalsState, TwinState {
  phase: Phase;
  page: Page;
  signInNotice: "expired" | "signedOut" | "registered" | null;
  me: Me | null;
  link: Link;
  threads: ThreadSummary[];
  threadId: string | null;
  loading: boolean;
  problem: Problem | null;
  turns: Turn[];
  /** The turn whose working the panel shows; the last one when null. */
  shown: string | null;
  inspected: Inspected | null;
  draft: string;
  dialog: "settings" | "threads" | null;
}

export interface Actions extends BoardActions, InsightsActions, ProposalsActions, TwinActions {
  start: () => Promise<void>;
  signIn: (login: string, password: string, code: string) => Promise<void>;
  signOut: () => Promise<void>;
  registered: () => void;
  /** Goes to a page; `arrive` follows the browser to one. */
  go: (page: Page) => void;
  arrive: () => void;
  openThread: (id: string) => Promise<void>;
  newConversation: () => void;
  renameThread: (id: string, title: string) => Promise<void>;
  deleteThread: (id: string) => Promise<void>;
  ask: (text: string) => Promise<void>;
  /** Begins a question for the person to finish. */
  begin: (draft: string) => void;
  /** Asks in a conversation of its own, from any page. */
  askAfresh: (text: string) => Promise<void>;
  stop: () => void;
  feedback: (runId: string, thumb: Thumb | null, words?: string) => Promise<boolean>;
  undo: (reference: string) => Promise<boolean>;
  write: (draft: string) => void;
  show: (runId: string) => void;
  inspect: (inspected: Inspected | null) => void;
  openDialog: (dialog: State["dialog"]) => void;
  dismissProblem: () => void;
  wake: () => void;
}

/** What the store needs from outside; tests pass their own. */
export interface StorePorts {
  bank: Bank;
  socket: (ports: SocketPorts) => Pick<Socket, "connect" | "close" | "run" | "cancel" | "attach" | "wake" | "hear">;
  now: () => Date;
  newId: () => string;
  place: Place;
}

const nothingOpen = { turns: [], threadId: null, shown: null, inspected: null, problem: null, loading: false, ...noProposals };
/** What is held about the person beside the conversations. */
const nothingHeld = { ...noBoard, ...noInsights, ...noTwin };

/** The one store of the page. Everything that arrives over the wire goes through `reduceEvents`. */
export function makeStore(ports: StorePorts) {
  const { bank } = ports;
  return create<State & Actions>((set, get) => {
    const expire = (): void => {
      socket.close();
      set({ phase: "out", signInNotice: "expired", dialog: null });
    };

    const guarded = guardedBy(expire);
    const showProblem = (problem: Problem): void => set({ problem });
    const change = (runId: string, how: (turn: Turn) => Turn): void =>
      set(({ turns }) => ({ turns: turns.map((turn) => (turn.runId === runId ? how(turn) : turn)) }));

    /** Runs whose conversation is being opened, so that they are not on the wire yet. */
    const unsent = new Set<string>();

    async function listThreads(): Promise<void> {
      const threads = await guarded(() => bank.threads(), showProblem);
      if (threads) set({ threads });
    }

    async function enter(): Promise<void> {
      const me = await bank.me();
      speak(me.principal.language);
      set({ phase: "in", me, signInNotice: null, page: pageFor(me.principal.role, ports.place.page()) });
      socket.connect();
      const wanted = get().threadId ?? ports.place.read();
      await Promise.all([listThreads(), wanted ? get().openThread(wanted) : undefined]);
    }

    /** When an answer is complete: its conversation may have a name now, what it proposes can be decided, and a hole in it is filled from the history. */
    function settle(before: Turn, after: Turn): void {
      if (!isOpen(before) || isOpen(after)) return;
      void listThreads();
      if (after.decides || offersProposal(after)) void get().readProposals();
      const { threadId } = get();
      if (after.gap && threadId) void get().openThread(threadId);
    }

    function take(frame: ServerFrame): void {
      if (frame.op === "error") return refuse(frame);
      if (frame.op === "news") return get().hear(frame);
      if (frame.op !== "events" && frame.op !== "gap") return;
      const before = get().turns.find((turn) => turn.runId === frame.runId);
      if (!before) return;
      const after = frame.op === "gap" ? reduceGap(before, frame.from) : reduceEvents(before, frame.seq, frame.events);
      change(frame.runId, () => after);
      if (after.missingFrom !== null) socket.attach(frame.runId, after.seq);
      settle(before, after);
    }

    function refuse({ runId, code, message }: Extract<ServerFrame, { op: "error" }>): void {
      if (!runId) return showProblem({ code, message });
      change(runId, (turn) => (isOpen(turn) ? { ...turn, state: "failed", problem: { code, message } } : turn));
      if (get().deciding) void get().readProposals();
    }

    /** One turn: the words of the person, or their decision about a proposal. */
    async function send(text: string, decides: Turn["decides"]): Promise<void> {
      const turn = { ...newTurn(ports.newId(), text, ports.now().toISOString()), decides };
      set(({ turns, draft }) => ({ turns: [...turns, turn], shown: null, inspected: null, problem: null, draft: decides ? draft : "" }));
      if (!decides) keepDraft("");
      const fail = (problem: Problem): void => change(turn.runId, (each) => ({ ...each, state: "failed", problem }));
      unsent.add(turn.runId);
      const threadId = get().threadId ?? (await guarded(() => bank.newThread(), fail))?.id;
      const stopped = !unsent.delete(turn.runId);
      if (!threadId) {
        // Not sent: the words go back to where they can be sent again.
        if (get().phase === "out") get().write(text);
        return;
      }
      ports.place.write(threadId);
      set({ threadId });
      if (stopped) return;
      socket.run({
        threadId,
        runId: turn.runId,
        messages: [{ id: ports.newId(), role: "user", content: text }],
        state: {},
        tools: [],
        context: [],
        forwardedProps: {},
        ...(decides ? { resume: [decides] } : {}),
      });
    }

    const socket = ports.socket({
      ticket: async () => {
        try {
          return (await bank.ticket()).ticket;
        } catch (error) {
          if (!(error instanceof SessionExpired)) throw error;
          expire();
          return null;
        }
      },
      // A question that is not sent yet is no run that the bank could know.
      unfinished: () => get().turns.filter((turn) => isOpen(turn) && !unsent.has(turn.runId)).map((turn) => ({ runId: turn.runId, after: turn.seq })),
      watching: () => get().heardUpTo,
      onFrame: take,
      onLink: (link) => set(link === "open" ? { link } : { link, liveSince: null }),
      open: () => new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`),
      random: Math.random,
    });

    return {
      phase: "opening",
      page: "chat",
      signInNotice: null,
      me: null,
      link: "closed",
      threads: [],
      draft: keptDraft(),
      dialog: null,
      ...nothingOpen,
      ...nothingHeld,
      ...boardSlice({ bank, guarded, now: ports.now, listen: (after) => socket.hear(after), set, get }),
      ...insightsSlice({ bank, guarded, set, get }),
      ...proposalsSlice({ bank, guarded, newId: ports.newId, set, get, send }),
      ...twinSlice({ bank, guarded, set }),

      async start() {
        set({ phase: "opening" });
        try {
          await enter();
        } catch (error) {
          const out = error instanceof SessionExpired || (error instanceof BankError && error.status === 401);
          set({ phase: out ? "out" : "unreachable" });
        }
      },
      async signIn(login, password, code) {
        const { principal } = await bank.signIn(login, password, code);
        // Somebody else's conversation must not stay on the page after a session ended.
        if (get().me && get().me?.principal.subject !== principal.subject) set({ ...nothingOpen, ...nothingHeld, threads: [] });
        await enter();
      },
      async signOut() {
        socket.close();
        await guarded(() => bank.signOut(), () => undefined);
        keepDraft("");
        ports.place.go("chat", null);
        set({ ...nothingOpen, ...nothingHeld, page: "chat", phase: "out", signInNotice: "signedOut", me: null, threads: [], draft: "", dialog: null });
      },
      registered: () => set({ signInNotice: "registered" }),
      go(page) {
        ports.place.go(page, get().threadId);
        set({ page, inspected: null, dialog: null });
      },
      arrive: () => set({ page: pageFor(get().me?.principal.role ?? "", ports.place.page()), inspected: null, dialog: null }),

      async openThread(id) {
        const same = get().threadId === id;
        set({ ...(same ? {} : { ...nothingOpen, threadId: id, loading: true }), dialog: null });
        ports.place.write(id);
        const thread = await guarded(() => bank.thread(id), (problem) => set({ problem, loading: false }));
        if (!thread || get().threadId !== id) return;
        const turns = thread.turns.map(fromStored);
        set({ turns, loading: false });
        for (const turn of turns.filter(isOpen)) socket.attach(turn.runId, turn.seq);
        if (turns.some(offersProposal)) void get().readProposals();
      },
      newConversation() {
        ports.place.write(null);
        set({ ...nothingOpen, dialog: null });
      },
      async renameThread(id, title) {
        const done = await guarded(async () => (await bank.renameThread(id, title), true), showProblem);
        if (done) set(({ threads }) => ({ threads: threads.map((each) => (each.id === id ? { ...each, title } : each)) }));
      },
      async deleteThread(id) {
        const done = await guarded(async () => (await bank.deleteThread(id), true), showProblem);
        if (!done) return;
        set(({ threads }) => ({ threads: threads.filter((each) => each.id !== id) }));
        if (get().threadId === id) get().newConversation();
      },

      ask: (text) => send(text, null),
      begin(draft) {
        get().newConversation();
        get().go("chat");
        get().write(draft);
      },
      async askAfresh(text) {
        get().newConversation();
        get().go("chat");
        await send(text, null);
      },
      stop() {
        for (const { runId } of get().turns.filter(isOpen)) {
          // A question that still waits for its conversation is not on the wire yet: it is simply not sent.
          if (unsent.delete(runId)) change(runId, (each) => ({ ...each, state: "cancelled" }));
          else socket.cancel(runId);
        }
      },
      async feedback(runId, thumb, words) {
        const { threadId, turns } = get();
        const before = turns.find((turn) => turn.runId === runId)?.feedback;
        if (!threadId || !before) return false;
        change(runId, (turn) => ({ ...turn, feedback: { thumb, words: words ?? null } }));
        const revert = (): void => change(runId, (turn) => ({ ...turn, feedback: before }));
        return (await guarded(async () => (await bank.feedback(threadId, runId, thumb, words), true), revert)) ?? false;
      },
      undo: async (reference) => (await guarded(async () => (await bank.undo(reference), true), () => undefined)) ?? false,
      write(draft) {
        keepDraft(draft);
        set({ draft });
      },
      show: (runId) => set(({ inspected }) => ({ shown: runId, inspected: inspected?.runId === runId ? inspected : null })),
      inspect: (inspected) => set(inspected ? { inspected, shown: inspected.runId } : { inspected: null }),
      openDialog: (dialog) => set({ dialog }),
      dismissProblem: () => set({ problem: null }),
      wake() {
        if (get().phase === "in") socket.wake();
      },
    };
  });
}

export const useStore = makeStore({ bank: theBank, socket: (ports) => new Socket(ports), now: () => new Date(), newId, place });

/** The turn whose working is shown. */
export const shownTurn = (state: State): Turn | undefined => state.turns.find((turn) => turn.runId === state.shown) ?? state.turns.at(-1);
