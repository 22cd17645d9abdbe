import type { Board, BookInsights, ClientStress, Contact, ContactInput, Insights, InsightSettings, Me, Plan, Problem, Proposal, PublishedDocument, Registered, SetAsideAnswer, SignedIn, Thread, ThreadSummary, Thumb, Ticket, TwinPage, WhatIfAnswer } from "../protocol.d.ts";
import type { AskedChange } from "../twin/lever.ts";
import { say } from "../words/say.ts";

/** An answer of the bank that is not a success. `code` is stable, `message` is for people and ends with the remedy. */
export class BankError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, problem: Problem) {
    super(problem.message);
    this.status = status;
    this.code = problem.code;
  }
}

/** The person is no longer signed in, and refreshing did not help. */
export class SessionExpired extends Error {}

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

const csrf = (): string =>
  document.cookie
    .split("; ")
    .find((part) => part.startsWith("pf_csrf="))
    ?.slice("pf_csrf=".length) ?? "";

async function send(method: Method, path: string, body?: unknown): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (method !== "GET") headers["X-CSRF-Token"] = decodeURIComponent(csrf());
  try {
    return await fetch(path, { method, headers, credentials: "same-origin", ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  } catch {
    throw new BankError(0, { code: "network", message: say("problem.network") });
  }
}

/** One refresh at a time: refresh tokens rotate, so two at once would look like a stolen one. */
let refreshing: Promise<boolean> | null = null;
const refresh = (): Promise<boolean> => {
  refreshing ??= send("POST", "/auth/refresh")
    .then((response) => response.ok)
    .finally(() => (refreshing = null));
  return refreshing;
};

async function problemOf(response: Response): Promise<BankError> {
  const fallback: Problem = { code: `http_${response.status}`, message: say("problem.unexpected") };
  const told = (await response.json().catch(() => fallback)) as Partial<Problem>;
  return new BankError(response.status, { code: told.code ?? fallback.code, message: told.message ?? fallback.message });
}

async function read<T>(response: Response): Promise<T> {
  if (!response.ok) throw await problemOf(response);
  const text = await response.text();
  return (text ? JSON.parse(text) : null) as T;
}

/** A call as the signed-in person: 401 is answered by one refresh and one repetition, then by SessionExpired. */
async function call<T>(method: Method, path: string, body?: unknown): Promise<T> {
  const response = await send(method, path, body);
  if (response.status !== 401) return read<T>(response);
  if (!(await refresh())) throw new SessionExpired();
  const again = await send(method, path, body);
  if (again.status === 401) throw new SessionExpired();
  return read<T>(again);
}

const thread = (id: string): string => `/threads/${encodeURIComponent(id)}`;
const insight = (key: string): string => `/insights/${encodeURIComponent(key)}/dismiss`;
const shown = (path: string, now: boolean): string => (now ? `${path}?show=now` : path);

/** The REST side of the wire. */
export const bank = {
  signIn: async (login: string, password: string, code: string): Promise<SignedIn> =>
    read(await send("POST", "/auth/sign-in", { login, password, ...(code ? { code } : {}) })),
  register: async (invitation: string, login: string, password: string, name: string): Promise<Registered> =>
    read(await send("POST", "/auth/register", { invitation, login, password, name })),
  signOut: (): Promise<null> => call("POST", "/auth/sign-out"),
  ticket: (): Promise<Ticket> => call("POST", "/auth/ticket"),
  me: (): Promise<Me> => call("GET", "/me"),
  threads: (): Promise<ThreadSummary[]> => call("GET", "/threads"),
  newThread: (): Promise<{ id: string }> => call("POST", "/threads", {}),
  thread: (id: string): Promise<Thread> => call("GET", thread(id)),
  renameThread: (id: string, title: string): Promise<unknown> => call("PATCH", thread(id), { title }),
  deleteThread: (id: string): Promise<unknown> => call("DELETE", thread(id)),
  feedback: (id: string, runId: string, thumb: Thumb | null, words?: string): Promise<unknown> =>
    call("POST", `${thread(id)}/turns/${encodeURIComponent(runId)}/feedback`, { thumb, ...(words ? { words } : {}) }),
  undo: (reference: string): Promise<unknown> => call("POST", `/tickets/${encodeURIComponent(reference)}/undo`),
  proposals: (threadId: string): Promise<Proposal[]> => call("GET", `/proposals?thread=${encodeURIComponent(threadId)}`),
  plan: (): Promise<Plan> => call("GET", "/me/plan"),
  removeGoal: (id: string): Promise<Plan> => call("DELETE", `/me/plan/goals/${encodeURIComponent(id)}`),
  undoPlan: (version: number): Promise<Plan> => call("POST", "/me/plan/undo", { version }),
  twin: (): Promise<TwinPage> => call("GET", "/me/twin"),
  whatIf: (changes: AskedChange[], months: number): Promise<WhatIfAnswer> => call("POST", "/me/twin/what-if", { changes, horizon_months: months }),
  insights: (now: boolean): Promise<Insights> => call("GET", shown("/insights", now)),
  bookInsights: (now: boolean): Promise<BookInsights> => call("GET", shown("/book/insights", now)),
  dismissInsight: (key: string): Promise<unknown> => call("POST", insight(key)),
  restoreInsight: (key: string): Promise<unknown> => call("DELETE", insight(key)),
  insightSettings: (): Promise<InsightSettings> => call("GET", "/insights/settings"),
  setInsightSettings: ({ off, quiet_from, quiet_to }: InsightSettings): Promise<InsightSettings> =>
    call("PUT", "/insights/settings", { off, quiet_from, quiet_to, zone: Intl.DateTimeFormat().resolvedOptions().timeZone }),
  board: (tasks?: number): Promise<Board> => call("GET", tasks ? `/stress/board?tasks=${tasks}` : "/stress/board"),
  clientStress: (ref: string): Promise<ClientStress> => call("GET", `/customers/${encodeURIComponent(ref)}/stress`),
  logContact: (given: ContactInput): Promise<Contact> => call("POST", "/stress/contacts", given),
  takeBackContact: (key: string): Promise<unknown> => call("DELETE", `/stress/contacts/${encodeURIComponent(key)}`),
  setAside: (): Promise<SetAsideAnswer> => call("GET", "/stress/set-aside"),
  document: (document: string): Promise<PublishedDocument> => call("GET", `/documents/${encodeURIComponent(document)}`),
};
export type Bank = typeof bank;
