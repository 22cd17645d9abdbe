import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";
import type { Connect, Plugin } from "vite";
import type { AgentEvent, ClientFrame, Me, Role, Thread } from "../src/protocol.d.ts";
import { firstNews, insightNews, news } from "./fixtures/board.ts";
import { book } from "./fixtures/book.ts";
import { escalated, failed, replaced, stopped } from "./fixtures/endings.ts";
import { decided, goal } from "./fixtures/goal.ts";
import { mortgage, normalMonth } from "./fixtures/mortgage.ts";
import type { Recording } from "./fixtures/recording.ts";
import { MockPerson } from "./person.ts";

const STEP_MS = Number(process.env["MOCK_STEP_MS"] ?? 120);
const NEWS_MS = Number(process.env["MOCK_NEWS_MS"] ?? 4000);
const policy = (host: string): string =>
  `default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' ws://${host}; object-src 'none'; base-uri 'none'; frame-ancestors 'none'`;

/** A bank made of recordings, for looking at the pages. Sign in as priya (customer) or james (relationship manager), any password. */
export function mockBank(): Plugin {
  const bank = new MockBank();
  return {
    name: "mock-bank",
    configureServer: ({ middlewares, httpServer }) => bank.serve(middlewares, httpServer as Server),
    // The built pages are served with the policy of the real server, so that a violation shows here.
    configurePreviewServer: ({ middlewares, httpServer }) => bank.serve(middlewares, httpServer as Server, true),
  };
}

const QUESTION = "Our fix ends in March. If rates go up by 1.5 points, can we still manage, and should I do anything now?";
const PROMPTS: Record<string, string[]> = {
  customer: ["What is left in a normal month?", QUESTION, "When could I have 5,000 for a trip?", "What will my balance be in six months?"],
  rm: ["Who is on watch or worse, with a fix ending before June and thin reserves?", "Who should I call this week?", "What changed in my book since Monday?"],
};
const iso = (daysAgo: number): string => new Date(Date.now() - daysAgo * 86_400_000).toISOString();

function answerTo(text: string, runId: string, threadId: string): Recording {
  const words = text.toLowerCase();
  if (words.startsWith("approved:") || words.startsWith("declined:") || words.startsWith("undone:")) return decided(runId, threadId, "Noted, as you decided. Your plan holds what you approved.");
  if (words.includes("trip")) return goal(runId, threadId);
  if (words.includes("watch")) return book(runId, threadId);
  if (words.includes("fail")) return failed(runId, threadId);
  if (words.includes("six months")) return replaced(runId, threadId);
  if (words.includes("cannot pay")) return escalated(runId, threadId);
  return words.includes("normal month") ? normalMonth(runId, threadId) : mortgage(runId, threadId);
}

interface Run {
  all: AgentEvent[];
  sent: number;
  cancelled: boolean;
}

class MockBank {
  private role: Role | null = null;
  private person = new MockPerson();
  private readonly runs = new Map<string, Run>();
  private threads: (Thread & { updated_at: string })[] = ["Mortgage after March", "Nursery fees from January", "Why October was dear", "Saving for the kitchen", "Car finance: settle early?"].map(
    (title, index) => ({
      id: `thread-${index + 1}`, title, created_at: iso(index * 6), updated_at: iso(index * 6),
      turns:
        index === 0
          ? [
              { run_id: "run-month", text: "What is left in a normal month?", at: iso(0.02), events: normalMonth().events },
              { run_id: "run-mortgage", text: QUESTION, at: iso(0.01), feedback: { thumb: "up" }, events: mortgage().events },
            ]
          : [{ run_id: `run-old-${index}`, text: title, at: iso(index * 6), events: (index === 1 ? stopped(`run-old-${index}`) : normalMonth(`run-old-${index}`)).events }],
    }),
  );

  serve(middlewares: Connect.Server, server: Server, strict = false): void {
    middlewares.use((request, response, next) => {
      if (strict) response.setHeader("Content-Security-Policy", policy(request.headers.host ?? ""));
      void this.answer(request, response).then((done) => (done ? undefined : next()));
    });
    const sockets = new WebSocketServer({ noServer: true });
    server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (request.url === "/ws") sockets.handleUpgrade(request, socket, head, (opened) => this.talk(opened));
    });
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const [path = "", query = ""] = (request.url ?? "").split("?");
    const call = `${request.method} ${path}`;
    if (!/^(GET|POST|PUT|PATCH|DELETE) \/(auth|me$|me\/|threads|tickets|documents|proposals|insights|book|stress|customers)/.test(call)) return false;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = (chunks.length ? JSON.parse(Buffer.concat(chunks).toString()) : {}) as Record<string, string>;
    const [status, value] = (this.role && this.person.reply(call, query, body)) ?? this.reply(call, path, body);
    response.setHeader("Set-Cookie", "pf_csrf=mock; Path=/");
    response.writeHead(status, { "Content-Type": "application/json" }).end(status === 204 ? undefined : JSON.stringify(value));
    return true;
  }

  private reply(call: string, path: string, body: Record<string, string>): [number, unknown] {
    if (call === "POST /auth/sign-in") return this.signIn(body);
    if (!this.role) return [401, { code: "signed_out", message: "You are not signed in. Sign in and try again." }];
    const role = this.role;
    const id = path.split("/")[2] ?? "";
    const fixed: Record<string, () => [number, unknown]> = {
      "POST /auth/sign-out": () => this.signOut(),
      "POST /auth/ticket": () => [200, { ticket: "mock", expires_in: 30 }],
      "GET /me": () => [200, this.me(role)],
      "GET /threads": () => [200, this.threads],
      "POST /threads": () => [200, this.newThread()],
    };
    const reply = fixed[call];
    if (reply) return reply();
    if (path.startsWith("/documents")) return this.document(id);
    if (call.startsWith("GET /threads/")) return this.threadOf(id);
    this.edit(call, id, body);
    return [200, {}];
  }

  private edit(call: string, id: string, body: Record<string, string>): void {
    const { title } = body;
    if (call.startsWith("PATCH") && title) this.threads = this.threads.map((each) => (each.id === id ? { ...each, title } : each));
    if (call.startsWith("DELETE")) this.threads = this.threads.filter((each) => each.id !== id);
  }

  private signIn(body: Record<string, string>): [number, unknown] {
    const role = ({ priya: "customer", james: "rm" } as const)[body["login"] ?? ""];
    if (!role) return [401, { code: "bad_credentials", message: "The login or the password is not right. Check both and try again." }];
    if (role === "rm" && !body["code"]) return [401, { code: "code_needed", message: "Enter the code of your authenticator." }];
    this.role = role;
    this.person = new MockPerson();
    return [200, { principal: this.me(role).principal, demo: true }];
  }

  private signOut(): [number, unknown] {
    this.role = null;
    return [200, {}];
  }

  private me(role: Role): Me {
    const name = role === "rm" ? "James Okafor" : "Priya Hartley";
    const principal = { subject: role, login: role === "rm" ? "james" : "priya", name, role, language: "en" };
    return { principal, demo: true, as_of: "2026-11-14T18:00:00", model: { name: "built-in", kind: "built-in" }, prompts: PROMPTS[role] ?? [] };
  }

  private newThread(): { id: string } {
    const thread = { id: `thread-${this.threads.length + 1}`, title: "New conversation", created_at: iso(0), updated_at: iso(0), turns: [] };
    this.threads = [thread, ...this.threads];
    return { id: thread.id };
  }

  private threadOf(id: string): [number, unknown] {
    const thread = this.threads.find((each) => each.id === id);
    return thread ? [200, thread] : [404, { code: "not_found", message: "There is no such conversation. Choose one from the list." }];
  }

  private document(document: string): [number, unknown] {
    if (document === "switching-policy") return [404, { code: "not_found", message: "There is no such document." }];
    const text =
      "You can reserve a rate up to six months before your present one ends. The reservation is free.\n\nYou may leave the reserved rate free of charge until the day it starts. From then on the early repayment charge of section 5 applies.";
    return [200, { document, title: "Five-Year Fix, terms", version: "4", passages: [{ id: "p2-3", heading: "2.3 Reserving a rate", text }] }];
  }

  private talk(socket: WebSocket): void {
    const send = (frame: unknown): void => socket.send(JSON.stringify(frame));
    socket.on("message", (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as ClientFrame;
      if (frame.op === "hello") {
        send({ op: "ready", proto: "1.0", principal: {} });
        for (const point of frame.resume) this.follow(socket, point.runId, point.after);
      } else if (frame.op !== "run") this.answerFrame(socket, frame, send);
      else {
        for (const each of frame.input.resume ?? []) this.person.decide(each.status, each.payload.reason);
        this.run(socket, frame.input.runId, frame.input.threadId, frame.input.messages.at(-1)?.content ?? "");
      }
    });
  }

  private answerFrame(socket: WebSocket, frame: Exclude<ClientFrame, { op: "hello" | "run" }>, send: (frame: unknown) => void): void {
    if (frame.op === "ping") send({ op: "pong", t: frame.t });
    else if (frame.op === "cancel") this.cancel(frame.runId);
    else if (frame.op === "attach") this.follow(socket, frame.runId, frame.after);
    else this.tellNews(send);
  }

  /** Says at once that it listens, and a little later that a client has become critical. */
  private tellNews(send: (frame: unknown) => void): void {
    send(firstNews());
    setTimeout(() => (send(news()), send(insightNews())), NEWS_MS);
  }

  private run(socket: WebSocket, runId: string, threadId: string, text: string): void {
    if (!this.runs.has(runId)) {
      const run: Run = { all: answerTo(text, runId, threadId).events, sent: 0, cancelled: false };
      this.runs.set(runId, run);
      const clock = setInterval(() => {
        run.sent += 1;
        if (run.sent >= run.all.length) clearInterval(clock);
      }, STEP_MS);
      const thread = this.threads.find((each) => each.id === threadId);
      if (thread && thread.turns.length === 0) thread.title = text.slice(0, 40);
      thread?.turns.push({ run_id: runId, text, at: iso(0), events: run.all });
    }
    this.follow(socket, runId, 0);
  }

  private cancel(runId: string): void {
    const run = this.runs.get(runId);
    if (!run || run.cancelled) return;
    run.cancelled = true;
    run.all = [...run.all.slice(0, run.sent), { type: "RUN_FINISHED", threadId: "", runId, outcome: { type: "cancelled" } }];
  }

  private follow(socket: WebSocket, runId: string, after: number): void {
    const run = this.runs.get(runId);
    if (!run) return;
    let at = after;
    const tail = setInterval(() => {
      if (socket.readyState !== 1) return clearInterval(tail);
      const until = run.cancelled ? run.all.length : run.sent;
      if (until > at) socket.send(JSON.stringify({ op: "events", runId, seq: at + 1, events: run.all.slice(at, until) }));
      at = until;
      if (at >= run.all.length) clearInterval(tail);
    }, STEP_MS / 2);
  }
}
