import type { ReactNode } from "react";
import type { QueryBlock } from "../../protocol.d.ts";
import { say } from "../../words/say.ts";
import { RichText } from "../rich-text.tsx";

/** How the question was understood: one chip for each condition, and in words what was not understood. */
export function Query({ block }: { block: QueryBlock }): ReactNode {
  const interpreted = block.chips.some((chip) => chip.interpreted);
  return (
    <div className="parsed">
      <ul className="chips" aria-label={say("turn.conditions")}>
        {block.chips.map((chip, index) => (
          <li key={index} className={chip.interpreted ? "chip unsure" : "chip"}>
            <span className="field">{[chip.label, chip.op].filter(Boolean).join(" ")}</span>
            <span className="val">
              <RichText rich={chip.value} place={`${block.id}.${index}`} />
            </span>
          </li>
        ))}
      </ul>
      {interpreted && <p>{say("turn.interpreted")}</p>}
      {block.not_understood.length > 0 && (
        <p>{say("turn.notUnderstood", { words: block.not_understood.map((words) => `“${words}”`).join(", ") })}</p>
      )}
    </div>
  );
}
