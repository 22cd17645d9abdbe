import { beforeEach, describe, expect, it } from "vitest";
import { decided, goal, proposal } from "../mock/fixtures/goal.ts";
import { insightSettings, whatIf } from "../mock/fixtures/twin.ts";
import type { Thread } from "../src/protocol.d.ts";
import { BankError, SessionExpired } from "../src/session/bank.ts";
import { events, me, setUp, stored } from "./fake-bank.ts";

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

  it("does not follow a question whose conversation is still being opened: the bank does not know it yet", async () => {
    let opened!: (thread: { id: string }) => void;
    at = setUp({ newThread: () => new Promise((resolve) => (opened = resolve)) });
    const asked = at.store.getState().ask("how am I doing?");
    expect(at.wire.unfinished()).toEqual([]);
    opened({ id: "t1" });
    await asked;
    expect(at.wire.unfinished()).toEqual([{ runId: "id-1", after: 0 }]);
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

/** Lets what was answered already arrive. */
const settled = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve));

describe("a proposal", () => {
  const propose = async (): Promise<void> => {
    await at.store.getState().ask("When could I have 5,000 for a trip?");
    at.wire.onFrame({ op: "events", runId: "id-1", seq: 1, events: goal("id-1", "t1").events });
    await settled();
  };

  it("has its state read from the bank when its answer is complete, and after a reload", async () => {
    await propose();
    expect(at.store.getState().proposals["proposal.ab12"]?.state).toBe("open");
    at = setUp({ thread: () => Promise.resolve({ ...stored(0), turns: [{ run_id: "id-1", text: "?", at: "", events: goal("id-1", "t1").events }] }) });
    await at.store.getState().openThread("t1");
    expect(at.calls).toContain("proposals");
  });

  it("is decided by a turn that carries the act with a key, never by its words", async () => {
    await propose();
    await at.store.getState().decide(proposal(), "declined", { reason: "Too much" });
    expect(at.runs.at(-1)).toMatchObject({
      threadId: "t1", messages: [{ content: "Declined: Save the goal. Too much" }],
      resume: [{ interruptId: "proposal.ab12", status: "declined", payload: { key: "id-3", reason: "Too much" } }],
    });
  });

  it("is decided once, however often it is pressed", async () => {
    await propose();
    const { decide } = at.store.getState();
    await Promise.all([decide(proposal(), "approved"), decide(proposal(), "approved")]);
    expect(at.runs).toHaveLength(2);
    expect(at.store.getState().deciding).toBe("proposal.ab12");
    at.wire.onFrame({ op: "events", runId: "id-4", seq: 1, events: decided("id-4", "t1", "Saved.").events });
    await settled();
    expect(at.store.getState().deciding).toBeNull();
  });

  it("can be decided again with the same key when the decision did not get through", async () => {
    await propose();
    await at.store.getState().decide(proposal(), "approved");
    at.wire.onFrame({ op: "error", code: "too_many_runs", message: "Wait for the other answer.", runId: "id-4" });
    await settled();
    await at.store.getState().decide(proposal(), "approved");
    const keys = at.runs.flatMap((run) => run.resume?.map((each) => each.payload.key) ?? []);
    expect(keys).toEqual(["id-3", "id-3"]);
  });

  it("keeps what was being written", async () => {
    await propose();
    at.store.getState().write("half a quest");
    await at.store.getState().decide(proposal(), "approved");
    expect(at.store.getState().draft).toBe("half a quest");
  });
});

describe("what is worth knowing", () => {
  it("is put aside at once, and comes back when asked or when it could not be kept", async () => {
    await at.store.getState().readInsights();
    await at.store.getState().dismiss("price_rise.i1");
    expect(at.store.getState().dismissed).toEqual(["price_rise.i1"]);
    await at.store.getState().bringBack("price_rise.i1");
    expect(at.store.getState().dismissed).toEqual([]);
    expect(at.calls.slice(-2)).toEqual(["dismiss price_rise.i1", "restore price_rise.i1"]);
    at = setUp({ dismissInsight: () => Promise.reject(new BankError(500, { code: "internal", message: "Try again." })) });
    await at.store.getState().dismiss("price_rise.i1");
    expect(at.store.getState()).toMatchObject({ dismissed: [], insightProblem: { code: "internal" } });
  });

  it("is read in quiet hours only when asked for", async () => {
    await at.store.getState().readInsights();
    await at.store.getState().readInsights(true);
    expect(at.calls).toEqual(["insights false", "insights true"]);
  });

  it("keeps the newest of quick choices, whichever answer comes first", async () => {
    const waiting: (() => void)[] = [];
    at = setUp({ setInsightSettings: (settings) => new Promise((done) => waiting.push(() => done(settings))) });
    await at.store.getState().readInsightSettings();
    const first = at.store.getState().setInsightSettings({ ...insightSettings(), off: ["price_rise"] });
    const second = at.store.getState().setInsightSettings({ ...insightSettings(), off: ["price_rise", "goal_off_track"] });
    for (const answer of waiting.reverse()) answer();
    await Promise.all([first, second]);
    expect(at.store.getState().insightSettings?.off).toEqual(["price_rise", "goal_off_track"]);
  });

  it("goes back to the settings in force when a choice could not be kept", async () => {
    at = setUp({ setInsightSettings: () => Promise.reject(new BankError(422, { code: "bad_request", message: "Choose other hours." })) });
    await at.store.getState().readInsightSettings();
    await at.store.getState().setInsightSettings({ ...insightSettings(), off: ["price_rise"] });
    expect(at.store.getState()).toMatchObject({ insightSettings: { off: [] }, insightProblem: { code: "bad_request" } });
  });
});

describe("the twin", () => {
  it("keeps only the answer to the last question", async () => {
    const waiting: ((answer: ReturnType<typeof whatIf>) => void)[] = [];
    at = setUp({ whatIf: () => new Promise((resolve) => waiting.push(resolve)) });
    const first = at.store.getState().tryChanges([{ kind: "rate_change", points: 1 }], 12);
    const second = at.store.getState().tryChanges([{ kind: "rate_change", points: 2 }], 12);
    waiting[1]!(whatIf(2, 0, 0));
    waiting[0]!(whatIf(1, 0, 0));
    await Promise.all([first, second]);
    expect(at.store.getState().whatIf?.facts["w.left"]?.value).toBe(14400);
    expect(at.store.getState().whatIfBusy).toBe(false);
  });

  it("says that there is none yet, and asks again when wanted", async () => {
    at = setUp({ twin: () => Promise.reject(new BankError(404, { code: "not_found", message: "Too little history." })) });
    await at.store.getState().readTwin();
    expect(at.store.getState()).toMatchObject({ twin: null, twinProblem: { code: "not_found" } });
  });
});

describe("the pages", () => {
  it("are gone to and come back to, with the conversation kept", async () => {
    await at.store.getState().start();
    await at.store.getState().openThread("t1");
    at.store.getState().go("twin");
    expect(at.store.getState()).toMatchObject({ page: "twin", threadId: "t1" });
    at.store.getState().go("chat");
    expect(at.place).toEqual({ page: "chat", id: "t1" });
  });

  it("ask in a conversation of its own", async () => {
    await at.store.getState().start();
    await at.store.getState().openThread("t1");
    at.store.getState().go("twin");
    await at.store.getState().askAfresh("What if rates go up?");
    expect(at.store.getState()).toMatchObject({ page: "chat", threadId: "t1" });
    expect(at.store.getState().turns.map((turn) => turn.text)).toEqual(["What if rates go up?"]);
  });

  it("show the twin to customers only", async () => {
    at = setUp({ me: () => Promise.resolve({ ...me, principal: { ...me.principal, role: "rm" } }) });
    at.place.page = "twin";
    await at.store.getState().start();
    expect(at.store.getState().page).toBe("chat");
  });
});
