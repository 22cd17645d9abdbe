import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { proposal, proposalBlock } from "../mock/fixtures/goal.ts";
import { Proposal, stateWords } from "../src/chat/blocks/proposal.tsx";
import { decisionText } from "../src/state/proposals.ts";

const now = new Date("2026-11-14T14:05:00");
const block = { ...proposalBlock(), expires_at: "2026-11-21T12:00:00" };
const of = (more: Partial<ReturnType<typeof proposal>>): string => stateWords(block, { ...proposal(), expires_at: block.expires_at, ...more }, now);

describe("the state of a proposal in words", () => {
  it("waits until a day", () => expect(of({})).toBe("Awaiting your approval, until 21 Nov"));
  it("waits too while the bank has not told it yet", () => expect(stateWords(block, undefined, now)).toBe("Awaiting your approval, until 21 Nov"));
  it("is approved, with the time until when it can be undone", () =>
    expect(of({ state: "approved", decided_at: "2026-11-14T14:02:00", undo_until: "2026-11-14T14:12:00" })).toBe("Approved by you, 14:02. Undo until 14:12"));
  it("no longer offers to undo when that time has passed", () =>
    expect(of({ state: "approved", decided_at: "2026-11-14T13:02:00", undo_until: "2026-11-14T13:12:00" })).toBe("Approved by you, 13:02"));
  it("is declined, with the reason where one was given", () => {
    expect(of({ state: "declined", reason: "Too much" })).toBe("Declined: Too much");
    expect(of({ state: "declined" })).toBe("Declined");
  });
  it("is undone, and says that nothing is saved", () =>
    expect(of({ state: "undone", decided_at: "2026-11-14T14:04:00" })).toBe("Undone by you, 14:04. Nothing is saved"));
  it("has expired, by the bank's word or by the clock", () => {
    expect(of({ state: "expired" })).toBe("Expired on 21 Nov");
    expect(stateWords(block, proposal(), new Date("2026-11-22T00:00:00"))).toBe("Expired on 21 Nov");
  });
});

describe("a proposal on the page", () => {
  it("names the act on its button and is named by what would happen", () => {
    const html = renderToStaticMarkup(<Proposal block={proposalBlock()} />);
    expect(html).toContain(">Save the goal</button>");
    expect(html).toMatch(/<section class="proposal" aria-labelledby="([^"]+)">.*<h3 id="\1">A goal of/);
  });
  it("keeps its button to be seen when it has expired, with the reason", () => {
    const html = renderToStaticMarkup(<Proposal block={{ ...proposalBlock(), expires_at: "2026-11-01T00:00:00Z" }} />);
    expect(html).toMatch(/disabled="" aria-describedby="([^"]+)">Save the goal<\/button>.*id="\1">It was not approved in time/);
  });
});

describe("a decision in the conversation", () => {
  it.each([["approved", undefined, "Approved: Save the goal"], ["declined", "Not now", "Declined: Save the goal. Not now"], ["undone", undefined, "Undone: Save the goal"]] as const)(
    "%s", (status, reason, text) => expect(decisionText("Save the goal", status, reason)).toBe(text),
  );
});
