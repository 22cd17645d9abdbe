import { memo, type ReactNode } from "react";
import { clock } from "../format/date.ts";
import type { NextBlock } from "../protocol.d.ts";
import { useStore } from "../state/store.ts";
import type { Turn } from "../turn/turn.ts";
import { isOpen } from "../turn/turn.ts";
import { say } from "../words/say.ts";
import { AnswerBlock } from "./blocks/answer-block.tsx";
import { Feedback } from "./feedback.tsx";
import { Questions } from "./next-questions.tsx";
import { Problem } from "./problem.tsx";
import { Sources } from "./sources.tsx";
import { TraceLine, workingNow } from "./trace-line.tsx";
import { TurnContext } from "./turn-context.ts";
import { useLate } from "./use-late.ts";
import { Verdict } from "./verdict.tsx";

interface Props {
  turn: Turn;
  number: number;
  last: boolean;
}

/** One question and its answer. The person's words are its heading; the answer is text on the page. */
export const TurnView = memo(function TurnView({ turn, number, last }: Props): ReactNode {
  const open = isOpen(turn);
  return (
    <TurnContext value={turn}>
      <section className="turn" aria-label={say("log.turn", { n: number })} aria-busy={open} data-turn={turn.runId}>
        <h2 className="you" tabIndex={-1}>
          <span className="when">{say("log.you", { time: clock(turn.at, new Date()) })}</span>
          <bdi>{turn.text}</bdi>
        </h2>
        {(turn.steps.length > 0 || open) && <TraceLine turn={turn} />}
        <Answer turn={turn} />
        {turn.gap && open && <p className="small dim">{say("turn.gap")}</p>}
        {!open && <After turn={turn} last={last} />}
      </section>
    </TurnContext>
  );
});

/** What stands below a complete answer: how it ended, its sources, the verdict, and what could be asked next. */
function After({ turn, last }: { turn: Turn; last: boolean }): ReactNode {
  const next = turn.blocks.find((block): block is NextBlock => block.type === "next");
  return (
    <>
      <Ending turn={turn} />
      <Sources turn={turn} />
      {turn.result && (
        <div className="after">
          <Verdict turn={turn} />
          <Feedback turn={turn} />
        </div>
      )}
      {last && next && <Questions lead={say("turn.next")} questions={next.questions} />}
    </>
  );
}

function Answer({ turn }: { turn: Turn }): ReactNode {
  const open = isOpen(turn);
  const waiting = useLate(open && turn.blocks.length === 0);
  const texts = turn.blocks.filter((block) => block.type === "text");
  const written = texts.at(-1)?.id;
  return (
    <div className="say">
      {turn.blocks.map((block) => (
        <AnswerBlock key={block.id} block={block} caret={open && block.id === written} />
      ))}
      {waiting && (
        <p className="faint waiting" aria-hidden="true">
          {workingNow(turn)}
          <span className="caret" />
        </p>
      )}
    </div>
  );
}

/** What is said when a run did not end as usual. */
function Ending({ turn }: { turn: Turn }): ReactNode {
  const ask = useStore((state) => state.ask);
  // A decision is made again on its card, never by saying the words once more.
  const again = turn.decides ? null : (
    <button type="button" className="btn plain" onClick={() => void ask(turn.text)}>
      {say("turn.again")}
    </button>
  );
  if (turn.problem) return <Problem problem={turn.problem}>{again}</Problem>;
  if (turn.state === "cancelled") {
    return (
      <div className="stopped">
        <p>
          <b>{say("turn.stopped")}</b> {turn.blocks.length > 0 && say("turn.stoppedNote")}
        </p>
        {again && <p className="acts">{again}</p>}
      </div>
    );
  }
  return turn.result?.fellBack ? <p className="small dim fell-back">{say("turn.fellBack")}</p> : null;
}
