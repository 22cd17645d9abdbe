import { beforeEach, describe, expect, it } from "vitest";
import { mortgage } from "../mock/fixtures/mortgage.ts";
import type { Me, RunInput, Thread } from "../src/protocol.d.ts";
import { BankError, SessionExpired, type Bank } from "../src/session/bank.ts";
import { makeStore } from "../src/state/store.ts";
import type { SocketPorts } from "../src/wire/socket.ts";

const me: Me = {
  principal: { subject: "s1", login: "priya", name: "Priya Hartley", role: "customer", language: "en" },
  demo: true, as_of: "2026-11-14", model: { name: "built-in", kind: "built-in" }, prompts: [],
};
const events = mortgage("id-1", "t1").events;
const stored = (count: number): Thread => ({
  id: "t1", title: "Mortgage", created_at: "", turns: [{ run_id: "id-1", text: "?", at: "", events: events.slice(0, count) }],
});

function setUp(more: Partial<Bank> = {}) {
  const calls: string[] = [];
  const runs: RunInput[] = [];
  const place: { id: string | null } = { id: null };
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
      };
    },
    now: () => new Date("2026-11-14T18:04:00Z"),
    newId: () => `id-${(ids += 1)}`,
    place: { read: () => place.id, write: (id) => void (place.id = id) },
  });
  return { store, wire, calls, runs, place };
}

let at: ReturnType<typeof setUp>;
beforeEach(() => (at = setUp()));

describe("asking", () => {
  it("opens a conversation, then sends the question over the socket", async () => {
    await at.store.getState().ask("Can we manage?");
    expect(at.runs[0]).toMatchObject({ threadId: "t1", runId: "id-1", messages: [{ role: "user", content: "Can we manage?" }] });
    expect(at.place.id).toBe("t1");
    at.wire.onFrame({ op: "events", runId: "id-1", seq: 1, events });
    expect(at.store.getState().turns[0]).toMatchObject({ state: "done", text: "Can we manage?" });
    expect(at.calls).toContain("threads");
  });

  it("says what went wrong beside the question when it could not be sent", async () => {
    at = setUp({ newThread: () => Promise.reject(new BankError(0, { code: "network", message: "The bank did not answer." })) });
    await at.store.getState().ask("Can we manage?");
    expect(at.store.getState().turns[0]).toMatchObject({ state: "failed", problem: { code: "network" } });
  });

  it("names the runs to resume, and stops them", async () => {
    await at.store.getState().ask("Can we manage?");
    at.wire.onFrame({ op: "events", runId: "id-1", seq: 1, events: events.slice(0, 12) });
    expect(at.wire.unfinished()).toEqual([{ runId: "id-1", after: 12 }]);
    at.store.getState().stop();
    expect(at.calls).toContain("cancel id-1");
  });

  it("does not send a question that was stopped while its conversation was being opened", async () => {
    let opened!: (thread: { id: string }) => void;
    at = setUp({ newThread: () => new Promise((resolve) => (opened = resolve)) });
    const asked = at.store.getState().ask("how am I doing?");
    at.store.getState().stop();
    opened({ id: "t1" });
    await asked;
    expect(at.runs).toEqual([]);
    expect(at.calls.filter((call) => call.startsWith("cancel"))).toEqual([]);
    expect(at.store.getState().turns[0]!.state).toBe("cancelled");
  });

  it("asks for what is missing when an event comes too early", async () => {
    await at.store.getState().ask("Can we manage?");
    at.wire.onFrame({ op: "events", runId: "id-1", seq: 5, events: events.slice(4) });
    expect(at.calls).toContain("attach id-1 0");
  });

  it("reads the history when events were lost for good", async () => {
    await at.store.getState().ask("Can we manage?");
    at.wire.onFrame({ op: "gap", runId: "id-1", from: 30 });
    at.wire.onFrame({ op: "events", runId: "id-1", seq: 30, events: events.slice(29) });
    await Promise.resolve();
    expect(at.calls).toContain("thread");
  });

  it("ends a run that the server refuses", async () => {
    await at.store.getState().ask("Can we manage?");
    at.wire.onFrame({ op: "error", code: "too_many_runs", message: "Wait for the other answer.", runId: "id-1" });
    expect(at.store.getState().turns[0]).toMatchObject({ state: "failed", problem: { code: "too_many_runs" } });
  });
});

describe("a conversation that is opened", () => {
  it("is attached where its last answer still arrives", async () => {
    at = setUp({ thread: () => Promise.resolve(stored(12)) });
    await at.store.getState().openThread("t1");
    expect(at.store.getState().turns[0]).toMatchObject({ state: "running", seq: 12 });
    expect(at.calls).toContain("attach id-1 12");
  });

  it("ignores an answer that comes after another one was chosen", async () => {
    let answer!: (thread: Thread) => void;
    at = setUp({ thread: () => new Promise((resolve) => (answer = resolve)) });
    const opening = at.store.getState().openThread("t1");
    at.store.getState().newConversation();
    answer(stored(12));
    await opening;
    expect(at.store.getState()).toMatchObject({ threadId: null, turns: [] });
  });
});

describe("the session", () => {
  it("starts at the sign-in page for who is not signed in", async () => {
    at = setUp({ me: () => Promise.reject(new SessionExpired()) });
    await at.store.getState().start();
    expect(at.store.getState()).toMatchObject({ phase: "out", signInNotice: null });
  });

  it("says that the bank cannot be reached when it cannot", async () => {
    at = setUp({ me: () => Promise.reject(new BankError(0, { code: "network", message: "" })) });
    await at.store.getState().start();
    expect(at.store.getState().phase).toBe("unreachable");
  });

  it("keeps the words when it expires, and the conversation for the same person", async () => {
    await at.store.getState().start();
    await at.store.getState().openThread("t1");
    at.store.getState().write("half a quest");
    at = { ...at, wire: { ...at.wire } };
    const expired = setUp({ ticket: () => Promise.reject(new SessionExpired()) });
    expired.store.setState(at.store.getState(), false);
    expect(await expired.wire.ticket()).toBeNull();
    expect(expired.store.getState()).toMatchObject({ phase: "out", signInNotice: "expired", draft: "half a quest", threadId: "t1" });
  });

  it("puts a question that was not sent back into the draft when the session had ended", async () => {
    at = setUp({ newThread: () => Promise.reject(new SessionExpired()) });
    await at.store.getState().ask("Can we manage?");
    expect(at.store.getState()).toMatchObject({ phase: "out", draft: "Can we manage?" });
  });

  it("shows nobody else's conversation after another person signs in", async () => {
    await at.store.getState().start();
    await at.store.getState().openThread("t1");
    at.store.setState({ me: { ...me, principal: { ...me.principal, subject: "other" } } });
    at.place.id = null;
    await at.store.getState().signIn("priya", "x", "");
    expect(at.store.getState().turns).toEqual([]);
  });

  it("forgets everything on signing out", async () => {
    await at.store.getState().start();
    at.store.getState().write("half a quest");
    await at.store.getState().signOut();
    expect(at.store.getState()).toMatchObject({ phase: "out", signInNotice: "signedOut", me: null, draft: "", turns: [] });
    expect(at.calls).toContain("close");
  });
});

describe("feedback", () => {
  it("is shown at once and taken back when it could not be kept", async () => {
    at = setUp({ feedback: () => Promise.reject(new BankError(500, { code: "internal", message: "" })) });
    await at.store.getState().openThread("t1");
    const sending = at.store.getState().feedback("id-1", "up");
    expect(at.store.getState().turns[0]!.feedback.thumb).toBe("up");
    expect(await sending).toBe(false);
    expect(at.store.getState().turns[0]!.feedback.thumb).toBeNull();
  });
});
