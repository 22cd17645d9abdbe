import type { ReactNode } from "react";
import { useStore } from "../state/store.ts";
import { audience, say } from "../words/say.ts";
import { Questions } from "./next-questions.tsx";

/** Before the first question: who answers, one sentence, and what could be asked. */
export function Empty(): ReactNode {
  const me = useStore((state) => state.me);
  if (!me) return null;
  return (
    <div className="empty">
      <p className="disclosure">{say("disclosure.ai")}</p>
      <h1>{say("empty.title")}</h1>
      <p className="dim">{say(`empty.lead.${audience(me.principal.role)}`)}</p>
      <Questions lead={say("empty.prompts")} questions={me.prompts} />
    </div>
  );
}
