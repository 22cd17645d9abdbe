import type { ReactNode } from "react";
import type { Block, TextBlock } from "../../protocol.d.ts";
import { RichText } from "../rich-text.tsx";
import { Chart } from "./chart.tsx";
import { Escalation } from "./escalation.tsx";
import { Product } from "./product.tsx";
import { Proposal } from "./proposal.tsx";
import { Query } from "./query.tsx";
import { Table } from "./table.tsx";

/** One block of an answer. Sources and next questions stand below the answer and are not drawn here. */
export function AnswerBlock({ block, caret }: { block: Block; caret: boolean }): ReactNode {
  switch (block.type) {
    case "text":
      return <Paragraph block={block} caret={caret} />;
    case "table":
      return <Table block={block} />;
    case "chart":
      return <Chart block={block} />;
    case "product":
      return <Product block={block} />;
    case "disclosure":
      return (
        <p className="disclosure">
          <RichText rich={block.text} place={block.id} />
        </p>
      );
    case "query":
      return <Query block={block} />;
    case "escalation":
      return <Escalation block={block} />;
    case "proposal":
      return <Proposal block={block} />;
    case "citation":
    case "next":
      return null;
  }
}

/** Sentences arrive whole; each is its own node, so that a screen reader is told one sentence at a time. */
function Paragraph({ block, caret }: { block: TextBlock; caret: boolean }): ReactNode {
  return (
    <>
      {block.heading && <h3>{block.heading}</h3>}
      <p>
        {block.sentences.map((sentence, index) => (
          <span key={index}>
            <RichText rich={sentence} place={`${block.id}.${index}`} />
            {/\s$/.test(sentence.text) ? "" : " "}
          </span>
        ))}
        {caret && <span className="caret" aria-hidden="true" />}
      </p>
    </>
  );
}
