import type { ReactNode } from "react";
import type { CitationBlock } from "../protocol.d.ts";
import { useStore } from "../state/store.ts";
import type { Turn } from "../turn/turn.ts";
import { say } from "../words/say.ts";

/** The list under the answer: document, version and heading. Each opens the passage with the quoted words marked. */
export function Sources({ turn }: { turn: Turn }): ReactNode {
  const inspect = useStore((state) => state.inspect);
  const citations = turn.blocks.filter((block): block is CitationBlock => block.type === "citation");
  if (citations.length === 0) return null;
  return (
    <ol className="sources" aria-label={say("turn.sources")}>
      {citations.map((citation) => (
        <li key={citation.id}>
          <span aria-hidden="true">{citation.number}</span>
          <span>
            <button type="button" className="link" onClick={() => inspect({ kind: "passage", runId: turn.runId, citation })}>
              {citation.title}
            </button>
            , {say("panel.version", { version: citation.version }).toLowerCase()}, “{citation.heading}”
          </span>
        </li>
      ))}
    </ol>
  );
}
