import { useEffect, useId, useRef, useState, type ReactNode } from "react";
import type { GoalProposal } from "../../protocol.d.ts";
import { minorDigits } from "../../format/fact.ts";
import { useStore } from "../../state/store.ts";
import { say } from "../../words/say.ts";

interface Props {
  proposal: GoalProposal;
  busy: boolean;
  onClose: () => void;
}

/** Other terms for what is proposed. What is pressed then is the same act, with these. */
export function EditForm({ proposal, busy, onClose }: Props): ReactNode {
  const id = useId();
  const digits = minorDigits(proposal.currency);
  const [amount, setAmount] = useState((proposal.goal.amount_minor / 10 ** digits).toFixed(digits));
  const [by, setBy] = useState(proposal.goal.by ?? "");
  const decide = useStore((state) => state.decide);
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  const good = Number(amount) > 0;
  const send = (): void => {
    onClose();
    void decide(proposal, "approved", { amount: Number(amount).toFixed(digits), ...(by ? { by } : {}) });
  };
  return (
    <form className="proposal-edit" onSubmit={(event) => (event.preventDefault(), send())}>
      <div className="fields">
        <p>
          <label htmlFor={`${id}-amount`}>{say("proposal.amount", { currency: proposal.currency })}</label>
          <input
            id={`${id}-amount`} ref={first} className="field-box" type="number" inputMode="decimal" min={10 ** -digits} step={10 ** -digits}
            aria-describedby={good ? undefined : `${id}-bad`} aria-invalid={!good} value={amount} onChange={(event) => setAmount(event.target.value)}
          />
        </p>
        <p>
          <label htmlFor={`${id}-by`}>{say("proposal.by")}</label>
          <input id={`${id}-by`} className="field-box" type="date" value={by} onChange={(event) => setBy(event.target.value)} />
        </p>
      </div>
      {!good && (
        <p className="small" id={`${id}-bad`} role="status">
          {say("proposal.badAmount")}
        </p>
      )}
      <p className="acts">
        <button type="submit" className="btn" disabled={busy || !good}>
          {proposal.verb}
        </button>
        <button type="button" className="btn text" onClick={onClose}>
          {say("threads.cancel")}
        </button>
      </p>
    </form>
  );
}
