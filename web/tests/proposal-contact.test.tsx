import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { Letter } from "../src/chat/blocks/proposal-contact.tsx";
import { Proposal, stateWords } from "../src/chat/blocks/proposal.tsx";
import type { ContactProposal, ProposalBlock } from "../src/protocol.d.ts";

const now = new Date("2026-11-14T14:05:00");
const block: ProposalBlock = {
  type: "proposal", id: "c1", section: "s1", proposal: "proposal.ab12", kind: "contact", verb: "Send the e-mail", expires_at: "2026-11-17T12:00:00",
  title: { text: "E-mail to Priya Shah", spans: [] }, lines: [], letter: [{ text: "Dear Priya Shah,", spans: [] }, { text: "please call us.", spans: [] }],
};
const waiting = { state: "waiting", send_after: "2026-11-14T14:12:00", settled_at: null, error: null } as const;
const approved: ContactProposal = {
  id: "proposal.ab12", kind: "contact", thread_id: "t", run_id: "r", ref: "1042", name: "Priya Shah", state: "approved", made_at: "2026-11-14T14:00:00", expires_at: block.expires_at,
  decided_at: "2026-11-14T14:02:00", undo_until: "2026-11-14T14:12:00", reason: null, verb: block.verb, channel: "email", to: "priya@example.test", subject: "About your account",
  text: "Dear Priya Shah,\n\nplease call us.", follow_up_on: null, message: waiting,
};
const of = (more: Partial<ContactProposal>, at = now): string => stateWords(block, { ...approved, ...more }, at);

describe("the state of a contact in words", () => {
  it("says when an approved text goes out, and that it can be undone until then", () => expect(of({})).toBe("Approved by you, 14:02. Goes out at 14:12. Undo until then"));
  it("says that it is on its way when the time to undo has passed", () =>
    expect(of({ undo_until: null }, new Date("2026-11-14T14:12:03"))).toBe("Approved by you, 14:02. Going out now"));
  it("says when it was sent", () =>
    expect(of({ undo_until: null, message: { ...waiting, state: "sent", settled_at: "2026-11-14T14:12:04" } })).toBe("Approved by you, 14:02. Sent at 14:12"));
  it("says that it is tried again", () => expect(of({ message: { ...waiting, error: "not_delivered" } })).toContain("Not delivered yet, it is tried again"));
  it("says what cannot be delivered, and what to do", () => {
    expect(of({ message: { ...waiting, state: "failed", error: "undeliverable" } })).toBe("Not delivered: the address was not accepted. Correct it, or call");
    expect(of({ message: { ...waiting, state: "failed", error: "not_delivered" } })).toContain("did not answer");
  });
  it("treats a call as approved, with the time to undo", () => expect(of({ channel: "call", message: null })).toBe("Approved by you, 14:02. Undo until 14:12"));
  it("is undone, and says that nothing is sent", () => expect(of({ state: "undone", decided_at: "2026-11-14T14:04:00" })).toBe("Undone by you, 14:04. Nothing is sent or noted"));
});

describe("a contact on the page", () => {
  it("shows the exact text and names the act on its button", () => {
    const html = renderToStaticMarkup(<Proposal block={{ ...block, expires_at: "2999-01-01T00:00:00" }} />);
    expect(html).toContain("<p>please call us.</p>");
    expect(html).toContain(">Send the e-mail</button>");
    expect(html).toContain(">Edit the text</button>");
  });
  it("shows the text as it was approved where it was changed", () => {
    const html = renderToStaticMarkup(<Letter block={block} proposal={{ ...approved, text: "Dear Priya Shah,\n\nshall we talk?" }} />);
    expect(html).toContain("shall we talk?");
    expect(html).not.toContain("please call us.");
  });
});
