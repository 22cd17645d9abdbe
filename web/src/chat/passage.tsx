import { useEffect, useState, type ReactNode } from "react";
import type { CitationBlock, PublishedDocument } from "../protocol.d.ts";
import { bank } from "../session/bank.ts";
import { say } from "../words/say.ts";
import { useLate } from "./use-late.ts";
import { citedPassage, marked } from "./marked.ts";

/** The cited passage as published, with the quoted words on tint. */
export function Passage({ citation }: { citation: CitationBlock }): ReactNode {
  const [loaded, setLoaded] = useState<PublishedDocument | "missing" | null>(null);
  const late = useLate(loaded === null);
  useEffect(() => {
    let current = true;
    bank.document(citation.document).then(
      (found) => current && setLoaded(found),
      () => current && setLoaded("missing"),
    );
    return () => {
      current = false;
    };
  }, [citation.document]);
  const passage = loaded && loaded !== "missing" ? citedPassage(loaded.passages, citation) : null;
  return (
    <div className="passage">
      <p className="title">{citation.title}</p>
      <p className="dim">{say("panel.version", { version: citation.version })}</p>
      {passage ? (
        <>
          <h3>{passage.heading}</h3>
          <Marked text={passage.text} quote={citation.quote} />
        </>
      ) : (
        <>
          <h3>{citation.heading}</h3>
          <blockquote>
            <mark>{citation.quote}</mark>
          </blockquote>
        </>
      )}
      {loaded === "missing" && <p className="dim">{say("panel.passageMissing")}</p>}
      {late && <p className="faint">{say("log.loading")}</p>}
    </div>
  );
}

function Marked({ text, quote }: { text: string; quote: string }): ReactNode {
  return marked(text, quote).map((paragraph, index) => (
    <p key={index}>{paragraph.map((part, nth) => (part.quoted ? <mark key={nth}>{part.text}</mark> : <span key={nth}>{part.text}</span>))}</p>
  ));
}
