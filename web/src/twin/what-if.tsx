import { useEffect, useMemo, useState, type ReactNode } from "react";
import { AnswerBlock } from "../chat/blocks/answer-block.tsx";
import { Problem } from "../chat/problem.tsx";
import { TurnContext } from "../chat/turn-context.ts";
import { useLate } from "../chat/use-late.ts";
import type { Block, TwinPage, WhatIfAnswer } from "../protocol.d.ts";
import { useStore } from "../state/store.ts";
import { say } from "../words/say.ts";
import { changeOf, movedBy, question } from "./lever.ts";
import { Slider } from "./slider.tsx";

const REST_MS = 150;
const MONTHS = 12;

/** Sliders whose results follow when they rest. Nothing here is saved or applied. */
export function WhatIf({ twin }: { twin: TwinPage }): ReactNode {
  const { levers, currency } = twin;
  const now = useMemo(() => levers.map((lever) => lever.now), [levers]);
  const [values, setValues] = useState<readonly number[]>(now);
  const tryChanges = useStore((state) => state.tryChanges);
  const askAfresh = useStore((state) => state.askAfresh);
  const moved = levers.some((lever, index) => movedBy(lever, values[index] ?? lever.now) !== 0);
  useEffect(() => {
    if (!moved) return undefined;
    const changes = levers.flatMap((lever, index) => changeOf(lever, values[index] ?? lever.now) ?? []);
    const timer = setTimeout(() => void tryChanges(changes, MONTHS), REST_MS);
    return () => clearTimeout(timer);
  }, [levers, values, moved, tryChanges]);
  return (
    <section aria-labelledby="what-if">
      <h2 id="what-if">{say("whatIf.title")}</h2>
      <p className="sub">{say("whatIf.sub")}</p>
      <div className="what-if">
        <div className="sliders">
          {levers.map((lever, index) => (
            <Slider
              key={`${lever.kind} ${lever.category}`} lever={lever} value={values[index] ?? lever.now} currency={currency}
              onChange={(value) => setValues(values.map((each, nth) => (nth === index ? value : each)))}
            />
          ))}
        </div>
        {moved ? <Result /> : <p className="dim untouched">{say("whatIf.empty")}</p>}
        <p className="acts">
          <button type="button" className="btn plain" onClick={() => void askAfresh(question(levers, values, currency))}>
            {say("whatIf.ask")}
          </button>
          <button type="button" className="btn text" disabled={!moved} onClick={() => setValues(now)}>
            {say("whatIf.reset")}
          </button>
        </p>
      </div>
    </section>
  );
}

/** The checked answer: its first words are announced politely, the chart is there to be looked at. */
function Result(): ReactNode {
  const answer = useStore((state) => state.whatIf);
  const problem = useStore((state) => state.whatIfProblem);
  const busy = useStore((state) => state.whatIfBusy);
  const late = useLate(busy);
  return (
    <>
      <p className="small faint working" role="status">
        {late ? say("whatIf.working") : ""}
      </p>
      {problem ? <Problem problem={problem} /> : answer ? <Blocks answer={answer} busy={busy} /> : <div className="reserved" />}
    </>
  );
}

/** The same blocks as in the chat, the chart next to the first words. What the sliders say themselves is left out; details are folded, notices never. */
function Blocks({ answer, busy }: { answer: WhatIfAnswer; busy: boolean }): ReactNode {
  const told = useMemo(() => ({ runId: "what-if", ...answer }), [answer]);
  const { first, shown, folded } = arranged(answer.blocks);
  const drawn = (blocks: readonly Block[]): ReactNode => blocks.map((block) => <AnswerBlock key={block.id} block={block} caret={false} />);
  return (
    <TurnContext value={told}>
      <div className="say" aria-live="polite" aria-busy={busy}>
        {drawn(first)}
      </div>
      <div className="say">{drawn(shown)}</div>
      {folded.length > 0 && (
        <details>
          <summary>{say("whatIf.details")}</summary>
          <div className="say">{drawn(folded)}</div>
        </details>
      )}
    </TurnContext>
  );
}

const isDetail = (block: Block): boolean => block.type === "table" || (block.type === "text" && block.heading !== null);

/** The first words, what follows them, and what is folded. */
export function arranged(blocks: readonly Block[]): { first: Block[]; shown: Block[]; folded: Block[] } {
  const [first, ...rest] = blocks.filter((block) => block.type !== "query");
  return { first: first ? [first] : [], shown: rest.filter((block) => !isDetail(block)), folded: rest.filter(isDetail) };
}
