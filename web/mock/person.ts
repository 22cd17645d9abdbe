import type { GoalProposal, InsightSettings, Resume } from "../src/protocol.d.ts";
import { board, clientStress } from "./fixtures/board.ts";
import { plan, proposal } from "./fixtures/goal.ts";
import { bookInsights, insights, insightSettings, twin, whatIf } from "./fixtures/twin.ts";

type Reply = [number, unknown];
type Changes = { changes?: { kind: string; points?: number; amount?: string }[] };

const HELD = process.env["MOCK_HELD_BACK"] ?? null;
const NOBODY = process.env["MOCK_NO_TWIN"] === "1";

/** What the mock bank holds about a person beside the conversations: twin, plan, proposal, what is worth knowing. */
export class MockPerson {
  private proposal: GoalProposal = proposal();
  private plan = plan();
  private settings: InsightSettings = insightSettings();

  decide(status: Resume["status"], reason: string | undefined): void {
    const now = Date.now();
    const undo_until = status === "approved" ? new Date(now + 600_000).toISOString() : null;
    this.proposal = { ...this.proposal, state: status, decided_at: new Date(now).toISOString(), undo_until, reason: reason ?? null };
  }

  /** The answer to a call, or null where it is about something else. */
  reply(call: string, query: string, body: Changes & Record<string, unknown>): Reply | null {
    const fixed: Record<string, () => Reply> = {
      "GET /proposals": () => [200, [this.proposal]],
      "GET /me/twin": () => (NOBODY ? [404, { code: "not_found", message: "There is too little history for a twin yet. Come back when your account is a month old." }] : [200, twin()]),
      "POST /me/twin/what-if": () => [200, this.whatIf(body)],
      "GET /me/plan": () => [200, this.plan],
      "POST /me/plan/undo": () => [200, (this.plan = plan())],
      "GET /stress/board": () => [200, board()],
      "GET /stress/set-aside": () => [200, { counts: {}, events: [] }],
      "POST /stress/contacts": () => [200, board().contacts[0]],
      "GET /insights": () => [200, insights(query.includes("now") ? null : HELD)],
      "GET /book/insights": () => [200, bookInsights()],
      "GET /insights/settings": () => [200, this.settings],
      "PUT /insights/settings": () => [200, (this.settings = { ...this.settings, ...(body as Partial<InsightSettings>) })],
    };
    if (fixed[call]) return fixed[call]();
    if (call.startsWith("DELETE /me/plan/goals/")) return [200, this.without(call.split("/").at(-1)!)];
    if (/^GET \/customers\/.+\/stress$/.test(call)) return [200, clientStress()];
    return /^(POST|DELETE) \/(insights|stress)\//.test(call) ? [204, null] : null;
  }

  private without(id: string): unknown {
    const versions = [{ version: 4, made_at: new Date().toISOString(), cause: "deleted" as const, goals: 1, current: true, undo_until: null }];
    this.plan = { ...this.plan, goals: this.plan.goals.filter((each) => each.id !== id), versions, undo_version: 4, undo_until: new Date(Date.now() + 600_000).toISOString() };
    return this.plan;
  }

  private whatIf({ changes = [] }: Changes): unknown {
    const sum = (kind: string, of: (change: NonNullable<Changes["changes"]>[number]) => number): number => changes.filter((each) => each.kind === kind).reduce((total, each) => total + of(each), 0);
    const amount = (kind: string): number => sum(kind, (each) => Number(each.amount ?? 0));
    return whatIf(sum("rate_change", (each) => each.points ?? 0), amount("save_more"), amount("spend_less") - amount("new_recurring_cost"));
  }
}
