import { useId, useState, type ReactNode } from "react";
import type { Thumb } from "../protocol.d.ts";
import { useStore } from "../state/store.ts";
import { plainText } from "../turn/plain-text.ts";
import type { Turn } from "../turn/turn.ts";
import { say } from "../words/say.ts";

const LONGEST_WORDS = 500;

/** Copy, "Useful" and "Not useful". The last one asks what was missing, and does not insist. */
export function Feedback({ turn }: { turn: Turn }): ReactNode {
  const [asking, setAsking] = useState(false);
  const [note, setNote] = useState("");
  const feedback = useStore((state) => state.feedback);
  const { thumb } = turn.feedback;
  const choose = async (chosen: Thumb): Promise<void> => {
    const next = thumb === chosen ? null : chosen;
    setAsking(next === "down");
    setNote("");
    if (!(await feedback(turn.runId, next))) setNote(say("turn.feedbackFailed"));
  };
  return (
    <>
      <span className="fb" role="group" aria-label={say("turn.feedback")}>
        <Copy turn={turn} />
        <button type="button" aria-pressed={thumb === "up"} onClick={() => void choose("up")}>
          {say("turn.useful")}
        </button>
        <button type="button" aria-pressed={thumb === "down"} onClick={() => void choose("down")}>
          {say("turn.notUseful")}
        </button>
      </span>
      {asking && <WordsBox turn={turn} onClose={(told) => (setAsking(false), setNote(told))} />}
      {note && (
        <p className="small dim told" role="status">
          {note}
        </p>
      )}
    </>
  );
}

function Copy({ turn }: { turn: Turn }): ReactNode {
  const [copied, setCopied] = useState(false);
  // Browsers offer the clipboard on secure origins only.
  if (!("clipboard" in navigator)) return null;
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(plainText(turn));
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <button type="button" onClick={() => void copy()}>
      {say(copied ? "turn.copied" : "turn.copy")}
    </button>
  );
}

function WordsBox({ turn, onClose }: { turn: Turn; onClose: (told: string) => void }): ReactNode {
  const id = useId();
  const [words, setWords] = useState("");
  const feedback = useStore((state) => state.feedback);
  const send = async (): Promise<void> => {
    const kept = await feedback(turn.runId, "down", words.trim());
    onClose(say(kept ? "turn.feedbackThanks" : "turn.feedbackFailed"));
  };
  return (
    <form className="words-box" onSubmit={(event) => (event.preventDefault(), void send())}>
      <label htmlFor={id}>{say("turn.feedbackLabel")}</label>
      <textarea id={id} className="field-box" rows={2} maxLength={LONGEST_WORDS} value={words} onChange={(event) => setWords(event.target.value)} />
      <div className="acts">
        <button className="btn" type="submit" disabled={!words.trim()}>
          {say("turn.feedbackSend")}
        </button>
        <button className="btn text" type="button" onClick={() => onClose("")}>
          {say("turn.feedbackClose")}
        </button>
      </div>
    </form>
  );
}
