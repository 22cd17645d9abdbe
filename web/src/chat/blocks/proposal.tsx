import { useEffect, useId, useRef, useState, type ReactNode } from "react";
import { clock, shortDay } from "../../format/date.ts";
import type { Proposal as ProposalValue, ProposalBlock } from "../../protocol.d.ts";
import { useStore } from "../../state/store.ts";
import { isOpen } from "../../turn/turn.ts";
import { say } from "../../words/say.ts";
import { Problem } from "../problem.tsx";
import { RichText } from "../rich-text.tsx";
import { useLate } from "../use-late.ts";
import { contactWords, Letter, TextForm, useDelivery } from "./proposal-contact.tsx";
import { EditForm } from "./proposal-edit.tsx";

const LONGEST_REASON = 400;

/** How each kind of proposal is spoken of. */
const kinds = {
  goal: { edit: "proposal.edit", approving: "proposal.approving", undone: "proposal.undone", lapsed: "proposal.lapsed" },
  contact: { edit: "proposal.editText", approving: "proposal.contactApproving", undone: "proposal.contactUndone", lapsed: "proposal.contactLapsed" },
} as const;

/** Something that waits for the person: what would happen, and what became of it. The bank tells its state, also after a reload. */
export function Proposal({ block }: { block: ProposalBlock }): ReactNode {
  const proposal = useStore((state) => state.proposals[block.proposal]);
  const busy = useStore((state) => state.deciding === block.proposal);
  const id = useId();
  return (
    <section className="proposal" aria-labelledby={id}>
      <StateLine block={block} proposal={proposal} busy={busy} />
      <h3 id={id}>
        <RichText rich={block.title} place={`${block.id}.title`} />
      </h3>
      {block.lines.length > 0 && (
        <ul className="particulars">
          {block.lines.map((line, index) => (
            <li key={index}>
              <RichText rich={line} place={`${block.id}.${index}`} />
            </li>
          ))}
        </ul>
      )}
      {block.kind === "contact" && <Letter block={block} proposal={proposal?.kind === "contact" ? proposal : undefined} />}
      <Unread block={block} />
      <Acts block={block} proposal={proposal} busy={busy} />
    </section>
  );
}

interface PartProps {
  block: ProposalBlock;
  proposal: ProposalValue | undefined;
  busy: boolean;
}

/** What the state is in words. After a decision the focus goes here, since the button that had it is gone. */
function StateLine({ block, proposal, busy }: PartProps): ReactNode {
  const line = useRef<HTMLParagraphElement>(null);
  const decided = useRef(false);
  const state = proposal?.state;
  useEffect(() => {
    if (busy) decided.current = true;
    else if (decided.current) {
      decided.current = false;
      line.current?.focus({ preventScroll: true });
    }
  }, [busy, state]);
  return (
    <p className="state" role="status" tabIndex={-1} ref={line}>
      {stateWords(block, proposal, new Date())}
    </p>
  );
}

export function stateWords(block: ProposalBlock, proposal: ProposalValue | undefined, now: Date): string {
  if (lapsed(block, proposal, now)) return say("proposal.expired", { day: shortDay(block.expires_at) });
  switch (proposal?.state) {
    case "approved":
      return (proposal.kind === "contact" && contactWords(proposal, now)) || approvedWords(proposal, now);
    case "declined":
      return proposal.reason ? say("proposal.declinedBecause", { reason: proposal.reason }) : say("proposal.declined");
    case "undone":
      return say(kinds[proposal.kind].undone, { time: clock(proposal.decided_at ?? proposal.made_at, now) });
    default:
      return say("proposal.awaiting", { day: shortDay(block.expires_at) });
  }
}

function approvedWords(proposal: ProposalValue, now: Date): string {
  const time = clock(proposal.decided_at ?? proposal.made_at, now);
  return proposal.undo_until && new Date(proposal.undo_until) > now
    ? say("proposal.approvedUndo", { time, until: clock(proposal.undo_until, now) })
    : say("proposal.approved", { time });
}

const waits = (proposal: ProposalValue | undefined): boolean => proposal === undefined || proposal.state === "open";
const lapsed = (block: ProposalBlock, proposal: ProposalValue | undefined, now: Date): boolean =>
  proposal?.state === "expired" || (waits(proposal) && new Date(block.expires_at) <= now);

/** Where the state could not be read: what happened, and a way to read it. */
function Unread({ block }: { block: ProposalBlock }): ReactNode {
  const unread = useStore((state) => (state.proposals[block.proposal] ? null : state.proposalProblem));
  const read = useStore((state) => state.readProposals);
  if (!unread) return null;
  return (
    <Problem problem={unread}>
      <button type="button" className="btn plain" onClick={() => void read()}>
        {say("app.retry")}
      </button>
    </Problem>
  );
}

type Form = "none" | "edit" | "decline";

function Acts(props: PartProps): ReactNode {
  const { block, proposal, busy } = props;
  useDelivery(proposal);
  if (lapsed(block, proposal, new Date())) return <Lapsed block={block} />;
  if (proposal?.state === "approved") return <Undo proposal={proposal} busy={busy} />;
  return waits(proposal) ? <Choices {...props} /> : null;
}

/** Approve, edit, decline. Until the bank has told the state, and while an answer is written, they wait. */
function Choices({ block, proposal, busy }: PartProps): ReactNode {
  const [form, setForm] = useState<Form>("none");
  const decide = useStore((state) => state.decide);
  const other = useStore((state) => state.turns.some(isOpen));
  const late = useLate(busy);
  const blocked = !proposal || busy || other;
  const [draft, setDraft] = useState<string | null>(null);
  if (proposal && form !== "none") {
    const shared = { busy: blocked, onClose: () => setForm("none") };
    return form === "decline" ? <DeclineForm proposal={proposal} {...shared} /> : <Edit proposal={proposal} draft={draft} onDraft={setDraft} {...shared} />;
  }
  return (
    <p className="acts">
      <button type="button" className="btn" disabled={blocked} onClick={() => proposal && void decide(proposal, "approved")}>
        {late ? say(kinds[block.kind].approving) : block.verb}
      </button>
      <button type="button" className="btn plain" disabled={blocked} onClick={() => setForm("edit")}>
        {say(kinds[block.kind].edit)}
      </button>
      <button type="button" className="btn text" disabled={blocked} onClick={() => setForm("decline")}>
        {say("proposal.decline")}
      </button>
    </p>
  );
}

/** Too late to approve: the button stays to be seen, with the reason and the remedy. */
function Lapsed({ block }: { block: ProposalBlock }): ReactNode {
  const id = useId();
  return (
    <>
      <p className="acts">
        <button type="button" className="btn" disabled aria-describedby={id}>
          {block.verb}
        </button>
      </p>
      <p className="small dim" id={id}>
        {say(kinds[block.kind].lapsed)}
      </p>
    </>
  );
}

function Undo({ proposal, busy }: { proposal: ProposalValue; busy: boolean }): ReactNode {
  const decide = useStore((state) => state.decide);
  const [, tick] = useState(0);
  const until = proposal.undo_until ? new Date(proposal.undo_until).getTime() : 0;
  // The offer ends by itself, also while nobody touches the page.
  useEffect(() => {
    const left = until - Date.now();
    if (left <= 0) return undefined;
    const timer = setTimeout(() => tick((n) => n + 1), left + 1000);
    return () => clearTimeout(timer);
  }, [until]);
  if (until <= Date.now()) return null;
  return (
    <p className="acts">
      <button type="button" className="btn plain" disabled={busy} onClick={() => void decide(proposal, "undone")}>
        {say(busy ? "turn.undoing" : "turn.undo")}
      </button>
    </p>
  );
}

/** What can be changed before approving. The draft of a text outlives a refusal, so that it can be mended. */
function Edit({ proposal, draft, onDraft, ...shared }: FormProps & { draft: string | null; onDraft: (text: string) => void }): ReactNode {
  return proposal.kind === "goal" ? <EditForm proposal={proposal} {...shared} /> : <TextForm proposal={proposal} draft={draft ?? proposal.text} onDraft={onDraft} {...shared} />;
}

interface FormProps {
  proposal: ProposalValue;
  busy: boolean;
  onClose: () => void;
}

/** Why not: asked, and not insisted on. */
function DeclineForm({ proposal, busy, onClose }: FormProps): ReactNode {
  const id = useId();
  const [reason, setReason] = useState("");
  const decide = useStore((state) => state.decide);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  const send = (): void => {
    onClose();
    void decide(proposal, "declined", reason.trim() ? { reason: reason.trim() } : {});
  };
  return (
    <form className="words-box" onSubmit={(event) => (event.preventDefault(), send())}>
      <label htmlFor={id}>{say("proposal.reason")}</label>
      <textarea id={id} ref={field} className="field-box" rows={2} maxLength={LONGEST_REASON} value={reason} onChange={(event) => setReason(event.target.value)} />
      <p className="acts">
        <button type="submit" className="btn" disabled={busy}>
          {say("proposal.decline")}
        </button>
        <button type="button" className="btn text" onClick={onClose}>
          {say("threads.cancel")}
        </button>
      </p>
    </form>
  );
}
