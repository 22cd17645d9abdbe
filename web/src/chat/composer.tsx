import { useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { LONGEST_QUESTION, useStore } from "../state/store.ts";
import { isOpen } from "../turn/turn.ts";
import { audience, say } from "../words/say.ts";
import { Icon } from "./icon.tsx";

const COUNT_FROM = 400;

/** Why the question cannot be sent, or null. */
function reason(draft: string, busy: boolean): string | null {
  const over = draft.length - LONGEST_QUESTION;
  if (over > 0) return say("composer.over", { n: over });
  if (busy) return say("composer.busy");
  return draft.trim() ? null : say("composer.empty");
}

/** Where a question is written. Enter sends, Shift and Enter begins a line; while an answer arrives the button stops it. */
export function Composer(): ReactNode {
  const field = useRef<HTMLTextAreaElement>(null);
  const draft = useStore((state) => state.draft);
  const write = useStore((state) => state.write);
  const ask = useStore((state) => state.ask);
  const stop = useStore((state) => state.stop);
  const busy = useStore((state) => state.turns.some(isOpen));
  const role = useStore((state) => state.me?.principal.role ?? "customer");
  const [refused, setRefused] = useState(false);
  const blocked = reason(draft, busy);

  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${Math.min(element.scrollHeight, 200)}px`;
  }, [draft]);

  const send = (): void => {
    setRefused(blocked !== null);
    if (blocked === null) void ask(draft.trim());
  };
  const onKey = (event: KeyboardEvent): void => {
    // While an input method composes a word, Enter chooses it.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  return (
    <form className="dock" onSubmit={(event) => (event.preventDefault(), send())}>
      <div className="col">
        <div className="composer field-box">
          <textarea
            ref={field}
            id="question"
            rows={1}
            aria-label={say("composer.label")}
            aria-describedby="composer-note"
            placeholder={say(`composer.${audience(role)}`)}
            value={draft}
            onChange={(event) => (setRefused(false), write(event.target.value))}
            onKeyDown={onKey}
          />
          {busy ? (
            <button className="btn plain" type="button" aria-label={say("composer.stop")} onClick={stop}>
              <Icon name="stop" />
            </button>
          ) : (
            <button className="btn send" type="submit" aria-disabled={blocked !== null} aria-label={say("composer.send")} title={blocked ?? undefined}>
              <Icon name="send" />
            </button>
          )}
        </div>
        <Note draft={draft} refusal={refused || draft.length > LONGEST_QUESTION ? blocked : null} />
      </div>
    </form>
  );
}

/** The line below: why it cannot be sent, how much room is left, or who answers. */
function Note({ draft, refusal }: { draft: string; refusal: string | null }): ReactNode {
  const left = LONGEST_QUESTION - draft.length;
  if (refusal) {
    return (
      <small id="composer-note" className="refusal" role="status">
        {refusal}
      </small>
    );
  }
  if (left <= COUNT_FROM) return <small id="composer-note">{say("composer.left", { n: left })}</small>;
  return (
    <small id="composer-note">
      <span className="wide">{say("composer.note")}</span>
      <span className="narrow">{say("composer.noteShort")}</span>
    </small>
  );
}
