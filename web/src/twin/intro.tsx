import { Fragment, useMemo, type ReactNode } from "react";
import { RichText } from "../chat/rich-text.tsx";
import { Figure } from "../chat/figure.tsx";
import { TurnContext } from "../chat/turn-context.ts";
import { factText, roundMinor } from "../format/fact.ts";
import type { NormalMonthRow, Rich, TwinPage } from "../protocol.d.ts";
import { say, type Key } from "../words/say.ts";
import { Status } from "./status.tsx";

const SOURCE = "twin";

/** The facts of the page, for the figures in it. */
export function TwinFacts({ twin, children }: { twin: TwinPage; children: ReactNode }): ReactNode {
  const told = useMemo(() => ({ runId: SOURCE, facts: twin.facts, blocks: twin.blocks }), [twin]);
  return <TurnContext value={told}>{children}</TurnContext>;
}

/** A sentence of the interface with one figure in it that can be opened; without its fact it is said as text. */
export function WithFigure({ words, twin, factId, text, place }: { words: Key; twin: TwinPage; factId: string; text: string; place: string }): ReactNode {
  const fact = twin.facts[factId];
  const [before, after] = say(words, { figure: "\u0000" }).split("\u0000");
  return (
    <>
      {before}
      {fact ? <Figure factId={factId} text={text} place={place} /> : <span className="nb">{text}</span>}
      {after}
    </>
  );
}

const RECORD = "twin.month.record";
const sentences = (twin: TwinPage): Rich[] => twin.blocks.flatMap((block) => (block.type === "text" ? block.sentences : []));
const judges = (sentence: Rich): boolean => sentence.spans.some((span) => span.id === RECORD);

/** The page's sentences about a normal month, and the one about how well the forecasts have done. */
const aboutMonth = (twin: TwinPage): Rich[] => sentences(twin).filter((sentence) => !judges(sentence));
export const aboutRecord = (twin: TwinPage): Rich | undefined => sentences(twin).find(judges);

/** What a normal month leaves, or by how much it falls short: a size then, since the words tell the direction. */
function LeftOver({ twin, row }: { twin: TwinPage; row: NormalMonthRow }): ReactNode {
  const words = row.amount_minor < 0 ? "twin.short" : "twin.leaves";
  return <WithFigure words={words} twin={twin} factId={row.fact} text={roundMinor(Math.abs(row.amount_minor), twin.currency)} place="intro.left" />;
}

/** What the twin is and goes by, what a normal month leaves, and what has changed lately. */
export function Intro({ twin }: { twin: TwinPage }): ReactNode {
  const left = twin.normal_month.find((row) => row.key === "left_over");
  const latest = twin.changes[0];
  const learnt = twin.facts[twin.learnt_fact];
  const stated = twin.basis === "stated";
  return (
    <TwinFacts twin={twin}>
      <Status twin={twin} />
      <p className="intro">
        {learnt && <WithFigure words={stated ? "twin.soFar" : "twin.learnt"} twin={twin} factId={learnt.id} text={factText(learnt)} place="intro.learnt" />}{" "}
        {left && !stated && <LeftOver twin={twin} row={left} />}{" "}
        {aboutMonth(twin).map((sentence, index) => (
          <Fragment key={index}>
            <RichText rich={sentence} place={`intro.${index}`} />{" "}
          </Fragment>
        ))}
        {latest && <RichText rich={latest.sentence} place="intro.change" />} {!stated && <a href="#changes">{say("twin.whatChanged")}</a>}
      </p>
    </TwinFacts>
  );
}
