import type { ReactNode } from "react";
import { useStore } from "../state/store.ts";
import { say } from "../words/say.ts";

/** A client by name and reference: pressing the name asks about the client in a conversation of its own. */
export function NameLink({ name, reference }: { name: string; reference: string }): ReactNode {
  const askAfresh = useStore((state) => state.askAfresh);
  const question = say("insight.question.client", { name });
  return (
    <>
      <button type="button" className="who-link" title={question} aria-label={say("today.ask", { name, question })} onClick={() => void askAfresh(question)}>
        <bdi>{name}</bdi>
      </button>{" "}
      <span className="ref">{reference}</span>
    </>
  );
}
