import { useMemo, type ReactNode } from "react";
import type { Block, Fact, ShownInsight } from "../protocol.d.ts";
import { useStore } from "../state/store.ts";
import { say } from "../words/say.ts";
import { AnswerBlock } from "./blocks/answer-block.tsx";
import { RichText } from "./rich-text.tsx";
import { TurnContext } from "./turn-context.ts";

interface Props {
  insight: ShownInsight;
  blocks: readonly Block[];
  facts: Record<string, Fact>;
  question: string;
  children?: ReactNode;
}

/** The block of an insight, and what stands beside it (a notice) up to the next one. */
function partsOf(insight: ShownInsight, blocks: readonly Block[]): Block[] {
  const first = blocks.findIndex((block) => block.id === insight.block);
  if (first < 0) return [];
  const after = blocks.slice(first + 1).findIndex((block) => block.type === "text");
  return blocks.slice(first, after < 0 ? undefined : first + 1 + after);
}

/** One thing worth knowing: its sentence, its figures, a question about it, and a way to put it aside. */
export function Insight({ insight, blocks, facts, question, children }: Props): ReactNode {
  const aside = useStore((state) => state.dismissed.includes(insight.key));
  const told = useMemo(() => ({ runId: insight.key, facts, blocks: [...blocks] }), [insight.key, facts, blocks]);
  const [text, ...beside] = partsOf(insight, blocks);
  if (text?.type !== "text") return null;
  if (aside) return <Aside insight={insight} name={text.heading ?? ""} />;
  return (
    <TurnContext value={told}>
      <li className="insight">
        {children}
        {text.heading && <b>{text.heading}</b>}
        <p>
          {text.sentences.map((sentence, index) => (
            <span key={index}>
              <RichText rich={sentence} place={`${insight.key}.${index}`} />{" "}
            </span>
          ))}
        </p>
        {beside.map((block) => (
          <AnswerBlock key={block.id} block={block} caret={false} />
        ))}
        <Acts insight={insight} name={text.heading ?? ""} question={question} />
      </li>
    </TurnContext>
  );
}

/** The names of the buttons say what they are about, because several stand below each other. */
function Acts({ insight, name, question }: { insight: ShownInsight; name: string; question: string }): ReactNode {
  const dismiss = useStore((state) => state.dismiss);
  const askAfresh = useStore((state) => state.askAfresh);
  return (
    <p className="insight-acts">
      <button type="button" className="link" title={question} aria-label={`${say("insight.ask")}: ${question}`} onClick={() => void askAfresh(question)}>
        {say("insight.ask")}
      </button>
      <button type="button" className="plain-button" aria-label={`${say("insight.dismiss")}: ${name}`} onClick={() => void dismiss(insight.key)}>
        {say("insight.dismiss")}
      </button>
    </p>
  );
}

function Aside({ insight, name }: { insight: ShownInsight; name: string }): ReactNode {
  const bringBack = useStore((state) => state.bringBack);
  return (
    <li className="insight aside">
      <p role="status">
        {say("insight.dismissed")}{" "}
        <button type="button" className="link" aria-label={`${say("turn.undo")}: ${name}`} onClick={() => void bringBack(insight.key)}>
          {say("turn.undo")}
        </button>
      </p>
    </li>
  );
}
