import { create } from "zustand";
import type { CitationBlock, Me, Problem, ServerFrame, ThreadSummary, Thumb } from "../protocol.d.ts";
import { bank as theBank, BankError, SessionExpired, type Bank } from "../session/bank.ts";
import { fromStored, reduceEvents, reduceGap } from "../turn/reduce.ts";
import { isOpen, newTurn, type Turn } from "../turn/turn.ts";
import { Socket, type Link, type SocketPorts } from "../wire/socket.ts";
import { say, speak } from "../words/say.ts";
import { keepDraft, keptDraft } from "./draft.ts";

export const LONGEST_QUESTION = 4000;

/** What the panel or the sheet shows beside the working. `place` tells apart the same fact shown twice. */
export type Inspected =
  | { kind: "figure"; runId: string; factId: string; place: string; text: string }
  | { kind: "passage"; runId: string; citation: CitationBlock };

export type Phase = "opening" | "unreachable" | "out" | "in";

export interface State {
  phase: Phase;
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

export interface Actions {
  start: () => Promise<void>;
  signIn: (login: string, password: string, code: string) => Promise<void>;
  signOut: () => Promise<void>;
  registered: () => void;
  openThread: (id: string) => Promise<void>;
  newConversation: () => void;
  renameThread: (id: string, title: string) => Promise<void>;
  deleteThread: (id: string) => Promise<void>;
  ask: (text: string) => Promise<void>;
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
  socket: (ports: SocketPorts) => Pick<Socket, "connect" | "close" | "run" | "cancel" | "attach" | "wake">;
  now: () => Date;
  newId: () => string;
  place: { read: () => string | null; write: (threadId: string | null) => void };
}

const nothingOpen = { turns: [], threadId: null, shown: null, inspected: null, problem: null, loading: false };

/** The one store of the page. Everything that arrives over the wire goes through `reduceEvents`. */
export function makeStore(ports: StorePorts) {
  const { bank } = ports;
  return create<State & Actions>((set, get) => {
    const expire = (): void => {
      socket.close();
      set({ phase: "out", signInNotice: "expired", dialog: null });
    };

    /** Runs a call; an expired session leads to the sign-in page, another failure is shown where `onFailure` puts it. */
    async function guarded<T>(work: () => Promise<T>, onFailure: (problem: Problem) => void): Promise<T | null> {
      try {
        return await work();
      } catch (error) {
        if (error instanceof SessionExpired) expire();
        else if (error instanceof BankError) onFailure({ code: error.code, message: error.message });
        else onFailure({ code: "page", message: say("problem.unexpected") });
        return null;
      }
    }

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
      set({ phase: "in", me, signInNotice: null });
      socket.connect();
      const wanted = get().threadId ?? ports.place.read();
      await Promise.all([listThreads(), wanted ? get().openThread(wanted) : undefined]);
    }

    /** When an answer is complete: its conversation may have a name now, and a hole in it is filled from the history. */
    function settle(before: Turn, after: Turn): void {
      if (!isOpen(before) || isOpen(after)) return;
      void listThreads();
      const { threadId } = get();
      if (after.gap && threadId) void get().openThread(threadId);
    }

    function take(frame: ServerFrame): void {
      if (frame.op === "error") return refuse(frame);
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
      unfinished: () => get().turns.filter(isOpen).map((turn) => ({ runId: turn.runId, after: turn.seq })),
      onFrame: take,
      onLink: (link) => set({ link }),
      open: () => new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`),
      random: Math.random,
    });

    return {
      phase: "opening",
      signInNotice: null,
      me: null,
      link: "closed",
      threads: [],
      draft: keptDraft(),
      dialog: null,
      ...nothingOpen,

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
        if (get().me && get().me?.principal.subject !== principal.subject) set({ ...nothingOpen, threads: [] });
        await enter();
      },
      async signOut() {
        socket.close();
        await guarded(() => bank.signOut(), () => undefined);
        keepDraft("");
        ports.place.write(null);
        set({ ...nothingOpen, phase: "out", signInNotice: "signedOut", me: null, threads: [], draft: "", dialog: null });
      },
      registered: () => set({ signInNotice: "registered" }),

      async openThread(id) {
        const same = get().threadId === id;
        set({ ...(same ? {} : { ...nothingOpen, threadId: id, loading: true }), dialog: null });
        ports.place.write(id);
        const thread = await guarded(() => bank.thread(id), (problem) => set({ problem, loading: false }));
        if (!thread || get().threadId !== id) return;
        const turns = thread.turns.map(fromStored);
        set({ turns, loading: false });
        for (const turn of turns.filter(isOpen)) socket.attach(turn.runId, turn.seq);
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

      async ask(text) {
        const turn = newTurn(ports.newId(), text, ports.now().toISOString());
        set(({ turns }) => ({ turns: [...turns, turn], shown: null, inspected: null, problem: null, draft: "" }));
        keepDraft("");
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
        });
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

/** crypto.randomUUID exists only on secure origins; a bank on a local network may not be one. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

const place = {
  read: (): string | null => /^#\/t\/(.+)$/.exec(location.hash)?.[1] ?? null,
  write: (threadId: string | null): void => {
    const hash = threadId ? `#/t/${threadId}` : "";
    if (location.hash !== hash) history.replaceState(null, "", `${location.pathname}${hash}`);
  },
};

export const useStore = makeStore({ bank: theBank, socket: (ports) => new Socket(ports), now: () => new Date(), newId, place });

/** The turn whose working is shown. */
export const shownTurn = (state: State): Turn | undefined => state.turns.find((turn) => turn.runId === state.shown) ?? state.turns.at(-1);
