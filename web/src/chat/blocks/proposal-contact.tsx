import { useEffect, useId, useRef, type ReactNode } from "react";
import { clock } from "../../format/date.ts";
import type { ContactProposal, Proposal, ProposalBlock } from "../../protocol.d.ts";
import { useStore } from "../../state/store.ts";
import { say } from "../../words/say.ts";
import { RichText } from "../rich-text.tsx";

const LONGEST_TEXT = 4000;
/** How long after its moment a message is looked for, and how often while it is tried. */
const DELIVERY_MS = 7000;

/** The text as it would go out, its figures traceable; once the manager has changed it, as they approved it. */
export function Letter({ block, proposal }: { block: ProposalBlock; proposal: ContactProposal | undefined }): ReactNode {
  const drafted = block.letter.map((paragraph) => paragraph.text).join("\n\n");
  const changed = proposal?.state === "approved" && proposal.text !== drafted ? proposal.text.split("\n\n") : null;
  return (
    <blockquote className="letter">
      {changed ? changed.map((text, index) => <p key={index}>{text}</p>) : block.letter.map((rich, index) => (
        <p key={index}>
          <RichText rich={rich} place={`${block.id}.letter.${index}`} />
        </p>
      ))}
    </blockquote>
  );
}

/** How far an approved text is; null where there is nothing more to say than that it was approved. */
export function contactWords(proposal: ContactProposal, now: Date): string | null {
  const { message } = proposal;
  if (!message) return null;
  const time = clock(proposal.decided_at ?? proposal.made_at, now);
  switch (message.state) {
    case "sent":
      return say("proposal.sent", { time, until: clock(message.settled_at ?? message.send_after, now) });
    case "failed":
      return say(message.error === "undeliverable" ? "proposal.undeliverable" : "proposal.failed");
    case "waiting":
      if (message.error) return say("proposal.retried", { time });
      return new Date(message.send_after) > now ? say("proposal.waiting", { time, until: clock(message.send_after, now) }) : say("proposal.going", { time });
    default:
      return null;
  }
}

/** Reads what became of a waiting message when its moment has come, until it is settled. */
export function useDelivery(proposal: Proposal | undefined): void {
  const read = useStore((state) => state.readProposals);
  const message = proposal?.kind === "contact" ? proposal.message : null;
  const waitsUntil = message?.state === "waiting" ? new Date(message.send_after).getTime() : null;
  useEffect(() => {
    if (waitsUntil === null) return undefined;
    const timer = setTimeout(() => void read(), Math.max(waitsUntil - Date.now(), 0) + DELIVERY_MS);
    return () => clearTimeout(timer);
  }, [waitsUntil, message, read]);
}

interface FormProps {
  proposal: ContactProposal;
  busy: boolean;
  draft: string;
  onDraft: (text: string) => void;
  onClose: () => void;
}

/** Another text. What is pressed then is the same act, with it; a text that may not go out comes back with the reason. */
export function TextForm({ proposal, busy, draft, onDraft, onClose }: FormProps): ReactNode {
  const id = useId();
  const decide = useStore((state) => state.decide);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  const text = draft.trim();
  const send = (): void => {
    onClose();
    void decide(proposal, "approved", { text });
  };
  return (
    <form className="words-box" onSubmit={(event) => (event.preventDefault(), send())}>
      <label htmlFor={id}>{say(proposal.channel === "call" ? "proposal.note" : "proposal.text")}</label>
      <textarea
        id={id} ref={field} className="field-box" rows={8} maxLength={LONGEST_TEXT} aria-describedby={`${id}-checked`} value={draft}
        onChange={(event) => onDraft(event.target.value)}
      />
      <p className="small dim" id={`${id}-checked`}>
        {say("proposal.checked")}
      </p>
      <p className="acts">
        <button type="submit" className="btn" disabled={busy || !text}>
          {proposal.verb}
        </button>
        <button type="button" className="btn text" onClick={onClose}>
          {say("threads.cancel")}
        </button>
      </p>
    </form>
  );
}
