import { Fragment, type ReactNode } from "react";
import type { CitationBlock, Rich, Span } from "../protocol.d.ts";
import { useStore } from "../state/store.ts";
import { segments } from "../turn/segments.ts";
import { say } from "../words/say.ts";
import { Figure } from "./figure.tsx";
import { useTurn } from "./turn-context.ts";

interface Props {
  rich: Rich;
  /** Where this text stands in the answer, so that the same fact shown twice can be told apart. */
  place: string;
}

/** Rendered text with what code put into it: figures to open, source numbers, names and texts of the outside world. */
export function RichText({ rich, place }: Props): ReactNode {
  return segments(rich).map(({ text, span, start, tail }) => {
    const inset = span ? <Inset text={text} span={span} place={`${place}.${start}`} /> : text;
    return tail && span?.kind === "fact" ? (
      <span key={start} className="nb">
        {inset}
        {tail}
      </span>
    ) : (
      <Fragment key={start}>
        {inset}
        {tail}
      </Fragment>
    );
  });
}

function Inset({ text, span, place }: { text: string; span: Span; place: string }): ReactNode {
  switch (span.kind) {
    case "fact":
      return <Figure factId={span.id} text={text} place={place} />;
    case "citation":
      return <Cite text={text} id={span.id} />;
    case "untrusted":
    case "client":
      // Isolated: a name written from right to left must not turn the sentence around it.
      return <bdi>{text}</bdi>;
    case "quote":
      return <q className="quoted">{text}</q>;
    default:
      return text;
  }
}

/** The number of a source. The span carries the number, or the quote's id and the number as its text. */
function Cite({ text, id }: { text: string; id: string }): ReactNode {
  const { blocks, runId } = useTurn();
  const inspect = useStore((state) => state.inspect);
  const number = Number(/\d+/.exec(text)?.[0] ?? id);
  const citation = blocks.find((block): block is CitationBlock => block.type === "citation" && block.number === number);
  if (!citation) return <span className="cite">{text}</span>;
  return (
    <button type="button" className="cite" aria-label={say("turn.source", { n: number })} onClick={() => inspect({ kind: "passage", runId, citation })}>
      {text}
    </button>
  );
}
