import type { ReactNode } from "react";
import { asOf } from "../format/date.ts";
import { factLabel, factText } from "../format/fact.ts";
import type { Fact } from "../protocol.d.ts";
import type { Turn } from "../turn/turn.ts";
import { say } from "../words/say.ts";

/** A figure with its working: what it means, how it was computed, from what, by which tool, and for when. */
export function SelectedFigure({ turn, factId, text }: { turn: Turn; factId: string; text: string }): ReactNode {
  const fact = turn.facts[factId];
  if (!fact) return <p>{say("panel.unknown")}</p>;
  const inputs = fact.inputs.map((id) => turn.facts[id]).filter((each): each is Fact => each !== undefined);
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

const sentenceCase = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

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
