import { board, clientStress } from "../mock/fixtures/board.ts";
import { plan, proposal } from "../mock/fixtures/goal.ts";
import { mortgage } from "../mock/fixtures/mortgage.ts";
import { bookInsights, insights, insightSettings, twin, whatIf } from "../mock/fixtures/twin.ts";
import type { Me, RunInput, Thread } from "../src/protocol.d.ts";
import { BankError, type Bank } from "../src/session/bank.ts";
import type { Page } from "../src/state/place.ts";
import { makeStore } from "../src/state/store.ts";
import type { SocketPorts } from "../src/wire/socket.ts";

export const me: Me = {
  principal: { subject: "s1", login: "priya", name: "Priya Hartley", role: "customer", language: "en" },
  demo: true, as_of: "2026-11-14", model: { name: "built-in", kind: "built-in" }, prompts: [],
};
export const events = mortgage("id-1", "t1").events;
export const stored = (count: number): Thread => ({
  id: "t1", title: "Mortgage", created_at: "", turns: [{ run_id: "id-1", text: "?", at: "", events: events.slice(0, count) }],
});

/** A store over a bank and a wire that are the test's. */
export function setUp(more: Partial<Bank> = {}) {
  const calls: string[] = [];
  const runs: RunInput[] = [];
  const place: { id: string | null; page: Page } = { id: null, page: "chat" };
  let wire!: SocketPorts;
  let ids = 0;
  const note = (name: string): void => void calls.push(name);
  const bank: Bank = {
    signIn: () => Promise.resolve({ principal: me.principal, demo: true }),
    register: () => Promise.resolve({ login: "priya", totp: null }),
    signOut: () => Promise.resolve(null),
    ticket: () => Promise.resolve({ ticket: "x", expires_in: 30 }),
    me: () => Promise.resolve(me),
    threads: () => (note("threads"), Promise.resolve([])),
    newThread: () => Promise.resolve({ id: "t1" }),
    thread: () => (note("thread"), Promise.resolve(stored(events.length))),
    renameThread: () => Promise.resolve(null),
    deleteThread: () => Promise.resolve(null),
    feedback: () => Promise.resolve(null),
    undo: () => Promise.resolve(null),
    proposals: () => (note("proposals"), Promise.resolve([proposal()])),
    plan: () => Promise.resolve(plan()),
    removeGoal: () => Promise.resolve(plan()),
    undoPlan: () => Promise.resolve(plan()),
    twin: () => Promise.resolve(twin()),
    whatIf: (changes) => Promise.resolve(whatIf(changes.length, 0, 0)),
    insights: (now) => (note(`insights ${now}`), Promise.resolve(insights())),
    bookInsights: () => Promise.resolve(bookInsights()),
    dismissInsight: (key) => (note(`dismiss ${key}`), Promise.resolve(null)),
    restoreInsight: (key) => (note(`restore ${key}`), Promise.resolve(null)),
    insightSettings: () => Promise.resolve(insightSettings()),
    setInsightSettings: (settings) => Promise.resolve(settings),
    board: (tasks) => (note(`board${tasks ? ` ${tasks}` : ""}`), Promise.resolve(board())),
    clientStress: (ref) => (note(`client ${ref}`), Promise.resolve(clientStress())),
    logContact: (given) => (note(`log ${given.key}`), Promise.resolve({ ...board().contacts[0]! })),
    takeBackContact: (key) => (note(`take back ${key}`), Promise.resolve(null)),
    setAside: () => Promise.resolve({ counts: {}, events: [] }),
    document: () => Promise.reject(new BankError(404, { code: "not_found", message: "There is none." })),
    ...more,
  };
  const store = makeStore({
    bank,
    socket: (ports) => {
      wire = ports;
      return {
        connect: () => note("connect"),
        close: () => note("close"),
        run: (input) => void runs.push(input),
        cancel: (runId) => note(`cancel ${runId}`),
        attach: (runId, after) => note(`attach ${runId} ${after}`),
        wake: () => note("wake"),
        hear: (after) => note(`hear ${after}`),
      };
    },
    now: () => new Date("2026-11-14T18:04:00Z"),
    newId: () => `id-${(ids += 1)}`,
    place: {
      read: () => place.id,
      write: (id) => void (place.id = id),
      page: () => place.page,
      go: (page, id) => Object.assign(place, { page, id: page === "chat" ? id : null }),
    },
  });
  return { store, wire, calls, runs, place };
}
