import type { ReactNode } from "react";
import type { ProductBlock } from "../../protocol.d.ts";
import { say } from "../../words/say.ts";
import { RichText } from "../rich-text.tsx";

/** A product between a strong rule and a hairline: what it is, its terms, why this one and why not the others. */
export function Product({ block }: { block: ProductBlock }): ReactNode {
  return (
    <section className="product" aria-label={block.name}>
      <h4>{block.name}</h4>
      <p className="dim">{block.summary}</p>
      <dl className="terms">
        {block.terms.map((term, index) => (
          <div key={term.label}>
            <dt>{term.label}</dt>
            <dd>
              <RichText rich={term.value} place={`${block.id}.term.${index}`} />
            </dd>
          </div>
        ))}
      </dl>
      {block.why.length > 0 && (
        <p className="why">
          <b>{say("turn.why")}</b>
          {block.why.map((reason, index) => (
            <span key={index}>
              {" "}
              <RichText rich={reason} place={`${block.id}.why.${index}`} />
            </span>
          ))}
        </p>
      )}
      {block.why_not.length > 0 && (
        <details>
          <summary>{say("turn.whyNot")}</summary>
          <ul>
            {block.why_not.map((reason, index) => (
              <li key={index}>
                <RichText rich={reason} place={`${block.id}.whynot.${index}`} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}
