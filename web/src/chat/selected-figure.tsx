import type { ReactNode } from "react";
import { asOf } from "../format/date.ts";
import { factLabel, factText } from "../format/fact.ts";
import type { Fact } from "../protocol.d.ts";
import { say, sentenceCase } from "../words/say.ts";

/** A figure with its working: what it means, how it was computed, from what, by which tool, and for when. */
export function SelectedFigure({ facts, factId, text }: { facts: Record<string, Fact>; factId: string; text: string }): ReactNode {
  const fact = facts[factId];
  if (!fact) return <p>{say("panel.unknown")}</p>;
  const inputs = fact.inputs.map((id) => facts[id]).filter((each): each is Fact => each !== undefined);
  return (
    <>
      <p className="big">{text}</p>
      <p className="dim">{sentenceCase(factLabel(fact))}</p>
      <dl>
        {fact.formula && (
          <>
            <dt>{say("panel.formula")}</dt>
            <dd>
              <code>{fact.formula}</code>
            </dd>
          </>
        )}
        {inputs.map((input) => (
          <Input key={input.id} fact={input} />
        ))}
        <dt>{say("panel.source")}</dt>
        <dd>
          <Source source={fact.source} />
        </dd>
        <dt>{say("panel.asOf")}</dt>
        <dd>{asOf(fact.as_of)}</dd>
      </dl>
    </>
  );
}

function Input({ fact }: { fact: Fact }): ReactNode {
  return (
    <>
      <dt>{sentenceCase(fact.label)}</dt>
      <dd>
        {factText(fact)}
        {fact.source === "you said" && ` (${say("panel.said")})`}
      </dd>
    </>
  );
}

/** A tool by its name; terms of a product by the product and its version; a person's own words as such. */
function Source({ source }: { source: string }): ReactNode {
  if (source === "you said") return say("panel.said");
  if (source === "as understood") return say("panel.understood");
  const term = /^catalogue:(.+)@(.+)$/.exec(source);
  if (term) return `${sentenceCase(term[1]!.replaceAll("-", " "))}, ${say("panel.version", { version: term[2]! }).toLowerCase()}`;
  return <code>{source}</code>;
}
