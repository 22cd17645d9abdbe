import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ClientFrame, ResumePoint, RunInput, ServerFrame } from "../src/protocol.d.ts";
import { backoff, Socket, type Link } from "../src/wire/socket.ts";

/** A socket whose other end is the test. */
class FakeSocket {
  readyState = 0;
  sent: ClientFrame[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  send(text: string): void {
    this.sent.push(JSON.parse(text) as ClientFrame);
  }
  close(): void {
    this.readyState = 3;
    this.onclose?.();
  }
  opens(): void {
    this.readyState = 1;
    this.onopen?.();
  }
  says(frame: ServerFrame): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
  ready(): void {
    this.opens();
    this.says({ op: "ready", proto: "1.0", principal: { login: "p", name: "P", role: "customer" } });
  }
}

const question = (runId: string): RunInput => ({
  threadId: "t", runId, messages: [{ id: "m", role: "user", content: "?" }], state: {}, tools: [], context: [], forwardedProps: {},
});

function setUp(ticket: () => Promise<string | null> = () => Promise.resolve("ticket")) {
  const made: FakeSocket[] = [];
  const links: Link[] = [];
  const frames: ServerFrame[] = [];
  const unfinished: ResumePoint[] = [];
  const watching: { after: number | null } = { after: null };
  const socket = new Socket({
    ticket,
    unfinished: () => unfinished,
    watching: () => watching.after,
    onFrame: (frame) => frames.push(frame),
    onLink: (link) => links.push(link),
    open: () => {
      const fake = new FakeSocket();
      made.push(fake);
      return fake as unknown as WebSocket;
    },
    random: () => 1,
  });
  return { socket, made, links, frames, unfinished, watching };
}

const settled = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("backoff", () => {
  it("doubles from half a second to fifteen seconds", () =>
    expect([0, 1, 2, 3, 4, 5, 9].map((attempt) => backoff(attempt, 1))).toEqual([500, 1000, 2000, 4000, 8000, 15000, 15000]));
  it("spreads clients over half of the wait", () => expect(backoff(4, 0)).toBe(4000));
  it("is never shorter than half a second", () => expect(backoff(0, 0)).toBe(500));
});

describe("the socket", () => {
  it("greets with the ticket and the runs that are not finished", async () => {
    const { socket, made, links, unfinished } = setUp();
    unfinished.push({ runId: "r1", after: 41 });
    socket.connect();
    await settled();
    made[0]!.ready();
    expect(made[0]!.sent).toEqual([{ op: "hello", ticket: "ticket", proto: "1.0", resume: [{ runId: "r1", after: 41 }] }]);
    expect(links).toEqual(["connecting", "open"]);
  });

  it("asks again what was asked while there was no connection, once", async () => {
    const { socket, made } = setUp();
    socket.connect();
    socket.run(question("r1"));
    await settled();
    made[0]!.ready();
    expect(made[0]!.sent.map((frame) => frame.op)).toEqual(["hello", "run"]);
  });

  it("attaches behind the last event after a loss, and asks nothing twice", async () => {
    const { socket, made, unfinished } = setUp();
    socket.connect();
    await settled();
    made[0]!.ready();
    socket.run(question("r1"));
    made[0]!.says({ op: "events", runId: "r1", seq: 1, events: [] });
    unfinished.push({ runId: "r1", after: 12 });
    made[0]!.close();
    await vi.advanceTimersByTimeAsync(500);
    made[1]!.ready();
    expect(made[1]!.sent).toEqual([{ op: "hello", ticket: "ticket", proto: "1.0", resume: [{ runId: "r1", after: 12 }] }]);
  });

  it("attaches what was opened while it was greeting", async () => {
    const { socket, made, unfinished } = setUp();
    socket.connect();
    await settled();
    made[0]!.opens();
    unfinished.push({ runId: "r9", after: 3 });
    socket.attach("r9", 3);
    made[0]!.says({ op: "ready", proto: "1.0", principal: { login: "p", name: "P", role: "customer" } });
    expect(made[0]!.sent.at(-1)).toEqual({ op: "attach", runId: "r9", after: 3 });
  });

  it("keeps a stop until it can be told", async () => {
    const { socket, made } = setUp();
    socket.cancel("r1");
    socket.connect();
    await settled();
    made[0]!.ready();
    expect(made[0]!.sent.at(-1)).toEqual({ op: "cancel", runId: "r1" });
  });

  it("waits longer after each failure and starts over after a success", async () => {
    let up = false;
    const { socket, made, links } = setUp(() => (up ? Promise.resolve("ticket") : Promise.reject(new Error("down"))));
    socket.connect();
    await settled();
    await vi.advanceTimersByTimeAsync(500 + 1000);
    expect(links.filter((link) => link === "connecting")).toHaveLength(3);
    up = true;
    await vi.advanceTimersByTimeAsync(2000);
    made[0]!.ready();
    expect(links.at(-1)).toBe("open");
    made[0]!.close();
    await vi.advanceTimersByTimeAsync(500);
    expect(made).toHaveLength(2);
  });

  it("pings every fifteen seconds and gives up a connection that is silent for twenty-five", async () => {
    const { socket, made, links } = setUp();
    socket.connect();
    await settled();
    made[0]!.ready();
    await vi.advanceTimersByTimeAsync(15_000);
    expect(made[0]!.sent.at(-1)?.op).toBe("ping");
    made[0]!.says({ op: "pong", t: 1 });
    await vi.advanceTimersByTimeAsync(24_000);
    expect(links.at(-1)).toBe("open");
    await vi.advanceTimersByTimeAsync(3000);
    expect(links).toContain("lost");
    expect(made).toHaveLength(2);
  });

  it("finds out within seconds of waking that a connection is dead", async () => {
    const { socket, made, links } = setUp();
    socket.connect();
    await settled();
    made[0]!.ready();
    socket.wake();
    await vi.advanceTimersByTimeAsync(4100);
    expect(links).toContain("lost");
  });

  it("stays closed when the person is no longer signed in", async () => {
    const { socket, made, links } = setUp(() => Promise.resolve(null));
    socket.connect();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(made).toHaveLength(0);
    expect(links.at(-1)).toBe("closed");
  });

  it("listens for changes when it is told to, and again behind the last one after a loss", async () => {
    const { socket, made, watching } = setUp();
    socket.connect();
    await settled();
    made[0]!.ready();
    expect(made[0]!.sent.map((frame) => frame.op)).toEqual(["hello"]);
    socket.hear(40);
    expect(made[0]!.sent.at(-1)).toEqual({ op: "watch", after: 40 });
    watching.after = 44;
    made[0]!.close();
    await vi.advanceTimersByTimeAsync(500);
    made[1]!.ready();
    expect(made[1]!.sent.at(-1)).toEqual({ op: "watch", after: 44 });
  });

  it("ignores a socket that was given up", async () => {
    const { socket, made, frames } = setUp();
    socket.connect();
    await settled();
    made[0]!.ready();
    socket.close();
    made[0]!.says({ op: "pong", t: 1 });
    expect(frames.map((frame) => frame.op)).toEqual(["ready"]);
  });
});
