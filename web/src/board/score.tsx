import type { ReactNode } from "react";
import { useStore } from "../state/store.ts";
import { say } from "../words/say.ts";
import { scoreText } from "./figures.ts";

interface Props {
  name: string;
  reference: string;
  score: number | null;
}

/** A score that opens how it came about. */
export function Score({ name, reference, score }: Props): ReactNode {
  const open = useStore((state) => state.openClient);
  const chosen = useStore((state) => state.clientRef === reference);
  const text = score === null ? say("today.noScore") : scoreText(score);
  return (
    <button type="button" className="f" aria-pressed={chosen} aria-label={say("today.open", { score: text, name })} onClick={() => void open(reference)}>
      {text}
    </button>
  );
}
