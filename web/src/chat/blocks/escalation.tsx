import { useState, type ReactNode } from "react";
import type { EscalationBlock } from "../../protocol.d.ts";
import { useStore } from "../../state/store.ts";
import { say } from "../../words/say.ts";
import { RichText } from "../rich-text.tsx";

type Undo = "open" | "busy" | "done" | "failed";

/** Passed to a person: by when, under which reference, and how to take it back. */
export function Escalation({ block }: { block: EscalationBlock }): ReactNode {
  const [state, setState] = useState<Undo>("open");
  const undo = useStore((store) => store.undo);
  const takeBack = async (): Promise<void> => {
    setState("busy");
    setState((await undo(block.reference)) ? "done" : "failed");
  };
  return (
    <section className="escalation" aria-label={say("verdict.escalated")}>
      <p>
        <RichText rich={block.text} place={block.id} />
      </p>
      <p className="acts" role="status">
        {block.undo && (state === "open" || state === "busy") && (
          <button type="button" className="btn plain" disabled={state === "busy"} onClick={() => void takeBack()}>
            {say(state === "busy" ? "turn.undoing" : "turn.undo")}
          </button>
        )}
        {state === "done" && say("turn.undone")}
        {state === "failed" && say("turn.undoFailed", { reference: block.reference })}
      </p>
    </section>
  );
}
