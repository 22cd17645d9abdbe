import { useEffect, useId, useRef, useState, type ReactNode } from "react";
import { Problem } from "../chat/problem.tsx";
import { Sheet } from "../chat/sheet.tsx";
import { day } from "../format/date.ts";
import type { ContactAction, GivenOutcome, Problem as ProblemValue } from "../protocol.d.ts";
import { newId } from "../state/new-id.ts";
import { useStore } from "../state/store.ts";
import { say, type Key } from "../words/say.ts";

const ACTIONS: readonly ContactAction[] = ["call", "email", "message", "meeting"];
const OUTCOMES: readonly GivenOutcome[] = ["agreed", "considering", "declined", "no_answer", "not_needed"];
const LONGEST_NOTE = 500;
const OLDEST_DAYS = 90;
const FARTHEST_DAYS = 365;

/** A day as it stands on the bank's calendar, so many days from another. */
const later = (from: string, days: number): string => new Date(Date.parse(`${from}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

interface Props {
  name: string;
  reference: string;
  action: ContactAction;
  today: string;
  /** Told what was logged, or null when nothing was. */
  onClose: (said: string | null) => void;
}

/** What came of a contact and when to come back: five fields, filled in with what is likely. */
export function ContactForm({ name, reference, action: likely, today, onClose }: Props): ReactNode {
  const id = useId();
  const [key] = useState(newId);
  const [action, setAction] = useState(likely);
  const [outcome, setOutcome] = useState<GivenOutcome>("agreed");
  const [happenedOn, setHappenedOn] = useState(today);
  const [followUpOn, setFollowUpOn] = useState("");
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ProblemValue | null>(null);
  const log = useStore((state) => state.logContact);
  const first = useRef<HTMLSelectElement>(null);
  useEffect(() => first.current?.focus(), []);
  const send = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    const kept = await log({ key, ref: reference, action, outcome, happened_on: happenedOn, follow_up_on: followUpOn || null, note: note.trim() }, setProblem);
    setBusy(false);
    if (kept) onClose(say("contact.said", { next: followUpOn ? say("contact.saidFollowUp", { day: day(followUpOn) }) : say("contact.saidNone") }));
  };
  return (
    <Sheet label={say("contact.title", { name })} kind="dialog" onClose={() => onClose(null)}>
      <form className="contact-form" onSubmit={(event) => (event.preventDefault(), void send())}>
        <h2>{say("contact.title", { name })}</h2>
        <div className="fields">
          <Choice id={`${id}-action`} label="contact.action" prefix="action" options={ACTIONS} value={action} onChange={setAction} first={first} />
          <Choice id={`${id}-outcome`} label="contact.outcome" prefix="outcome" options={OUTCOMES} value={outcome} onChange={setOutcome} />
          <p>
            <label htmlFor={`${id}-day`}>{say("contact.day")}</label>
            <input id={`${id}-day`} className="field-box" type="date" required min={later(today, -OLDEST_DAYS)} max={today} value={happenedOn} onChange={(event) => setHappenedOn(event.target.value)} />
          </p>
          <p>
            <label htmlFor={`${id}-next`}>{say("contact.followUp")}</label>
            <input id={`${id}-next`} className="field-box" type="date" min={today} max={later(today, FARTHEST_DAYS)} value={followUpOn} onChange={(event) => setFollowUpOn(event.target.value)} />
            <span className="quick">
              <button type="button" className="link" onClick={() => setFollowUpOn(later(today, 7))}>
                {say("contact.inWeek")}
              </button>
              <button type="button" className="link" onClick={() => setFollowUpOn(later(today, 30))}>
                {say("contact.inMonth")}
              </button>
            </span>
          </p>
        </div>
        <p className="note">
          <label htmlFor={`${id}-note`}>{say("contact.note")}</label>
          <textarea id={`${id}-note`} className="field-box" rows={3} maxLength={LONGEST_NOTE} aria-describedby={`${id}-hint`} value={note} onChange={(event) => setNote(event.target.value)} />
          <span id={`${id}-hint`} className="small dim">
            {say("contact.noteHint")}
          </span>
        </p>
        {problem && <Problem problem={problem} />}
        <p className="acts">
          <button type="submit" className="btn" disabled={busy}>
            {say(busy ? "contact.saving" : "contact.save")}
          </button>
        </p>
      </form>
    </Sheet>
  );
}

interface ChoiceProps<Name extends string> {
  id: string;
  label: Key;
  prefix: "action" | "outcome";
  options: readonly Name[];
  value: Name;
  onChange: (value: Name) => void;
  first?: React.RefObject<HTMLSelectElement | null>;
}

function Choice<Name extends ContactAction | GivenOutcome>({ id, label, prefix, options, value, onChange, first }: ChoiceProps<Name>): ReactNode {
  return (
    <p>
      <label htmlFor={id}>{say(label)}</label>
      <select id={id} ref={first} className="field-box" value={value} onChange={(event) => onChange(event.target.value as Name)}>
        {options.map((option) => (
          <option key={option} value={option}>
            {say(`${prefix}.${option}` as Key)}
          </option>
        ))}
      </select>
    </p>
  );
}
