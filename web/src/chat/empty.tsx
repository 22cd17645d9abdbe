import type { ReactNode } from "react";
import { useStore } from "../state/store.ts";
import { audience, say } from "../words/say.ts";
import { Questions } from "./next-questions.tsx";
import { InYourBook, WorthKnowing } from "./worth-knowing.tsx";

/** Before the first question: who answers, one sentence, what is worth knowing, and what could be asked. */
export function Empty(): ReactNode {
  const me = useStore((state) => state.me);
  if (!me) return null;
  const { role } = me.principal;
  return (
    <div className="empty">
      <p className="disclosure">{say("disclosure.ai")}</p>
      <h1>{say("empty.title")}</h1>
      <p className="dim">{say(`empty.lead.${audience(role)}`)}</p>
      {role === "customer" && <WorthKnowing />}
      {role === "rm" && <InYourBook />}
      <Questions lead={say("empty.prompts")} questions={me.prompts} />
    </div>
  );
}
