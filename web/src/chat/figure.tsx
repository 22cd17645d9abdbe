import type { ReactNode } from "react";
import { spokenFact } from "../format/fact.ts";
import type { Fact } from "../protocol.d.ts";
import { useStore } from "../state/store.ts";
import { Band, isBand } from "./band.tsx";
import { useTurn } from "./turn-context.ts";

/** A figure that can be held to the light: opens "Selected figure". */
export function Figure({ factId, text, place }: { factId: string; text: string; place: string }): ReactNode {
  const { facts, runId } = useTurn();
  const inspect = useStore((state) => state.inspect);
  const pressed = useStore(({ inspected }) => inspected?.kind === "figure" && inspected.runId === runId && inspected.place === place);
  const fact = facts[factId];
  if (!fact) return <span className="nb">{text}</span>;
  return (
    <button
      type="button"
      className="f"
      aria-pressed={pressed}
      aria-label={spokenFact(fact)}
      onClick={() => inspect(pressed ? null : { kind: "figure", runId, factId, place, text, facts })}
    >
      {bandOf(fact) ? <Band band={bandOf(fact)!}>{text}</Band> : text}
    </button>
  );
}

const bandOf = (fact: Fact) => (fact.unit === "label" && isBand(fact.value) ? fact.value : null);
