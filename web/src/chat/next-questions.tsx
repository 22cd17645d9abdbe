import type { ReactNode } from "react";
import { useStore } from "../state/store.ts";
import { isOpen } from "../turn/turn.ts";

/** Lines of text divided by hairlines; each asks itself. */
export function Questions({ lead, questions }: { lead: string; questions: readonly string[] }): ReactNode {
  const ask = useStore((state) => state.ask);
  const busy = useStore((state) => state.turns.some(isOpen));
  if (questions.length === 0) return null;
  return (
    <div className="next">
      <p>{lead}</p>
      <ul>
        {questions.map((question) => (
          <li key={question}>
            <button type="button" className="question" disabled={busy} onClick={() => void ask(question)}>
              {question}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
