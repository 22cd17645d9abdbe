import { useEffect, useId, useState, type ReactNode } from "react";
import { clock } from "../format/date.ts";
import type { BookInsights, ClientInsights } from "../protocol.d.ts";
import { useStore } from "../state/store.ts";
import { say, type Key } from "../words/say.ts";
import { Insight } from "./insight.tsx";
import { questionOf } from "./insight-question.ts";
import { Problem } from "./problem.tsx";
import { useLate } from "./use-late.ts";

/** How many clients are shown before the others are asked for. */
const FEW = 3;

/** What is worth knowing now, three things at most. Where there is nothing, nothing is shown. */
export function WorthKnowing({ lead }: { lead?: string }): ReactNode {
  const insights = useStore((state) => state.insights);
  const read = useStore((state) => state.readInsights);
  useEffect(() => void read(), [read]);
  if (!insights) return <Reading title="insight.title" onAgain={() => void read()} />;
  if (insights.insights.length === 0 && !insights.held_back_until) return null;
  return (
    <Frame title="insight.title" lead={lead} heldBackUntil={insights.held_back_until} onShow={() => void read(true)}>
      {insights.insights.map((insight) => (
        <Insight key={insight.key} insight={insight} blocks={insights.blocks} facts={insights.facts} question={questionOf(insight, insights.blocks)} />
      ))}
    </Frame>
  );
}

/** The same about the clients of a relationship manager, most urgent first: a few, and the others when they are asked for. */
export function InYourBook(): ReactNode {
  const book = useStore((state) => state.book);
  const read = useStore((state) => state.readBook);
  const [all, setAll] = useState(false);
  useEffect(() => void read(), [read]);
  if (!book) return <Reading title="insight.book" onAgain={() => void read()} />;
  if (book.clients.length === 0 && !book.held_back_until) return null;
  const shown = all ? book.clients : book.clients.slice(0, FEW);
  return (
    <Frame title="insight.book" lead={say("insight.looked", { n: book.looked_at })} heldBackUntil={book.held_back_until} onShow={() => void read(true)} after={<Rest all={all} book={book} shown={shown} onAll={() => setAll(true)} />}>
      {shown.flatMap((client) =>
        client.insights.map((insight) => (
          <Insight key={insight.key} insight={insight} blocks={client.blocks.filter((block) => block.type !== "disclosure")} facts={client.facts} question={say("insight.question.client", { name: client.name })}>
            <p className="client">
              <bdi>{client.name}</bdi> <span>{client.ref}</span>
            </p>
          </Insight>
        )),
      )}
    </Frame>
  );
}

/** Below the list: the notices that concern it, each once, and the way to the other clients. */
function Rest({ all, book, shown, onAll }: { all: boolean; book: BookInsights; shown: readonly ClientInsights[]; onAll: () => void }): ReactNode {
  const notices = new Set(shown.flatMap((client) => client.blocks.flatMap((block) => (block.type === "disclosure" ? [block.text.text] : []))));
  return (
    <>
      {[...notices].map((notice) => (
        <p key={notice} className="disclosure">
          {notice}
        </p>
      ))}
      {!all && book.clients.length > FEW && (
        <button type="button" className="btn plain" onClick={onAll}>
          {say("insight.all", { n: book.clients.length })}
        </button>
      )}
    </>
  );
}

/** Before it was read: nothing for a moment, then a line; or what went wrong. */
function Reading({ title, onAgain }: { title: Key; onAgain: () => void }): ReactNode {
  const problem = useStore((state) => state.insightProblem);
  const late = useLate(!problem);
  if (!problem && !late) return null;
  return (
    <section className="worth">
      <h2>{say(title)}</h2>
      {problem ? (
        <Problem problem={problem}>
          <button type="button" className="btn plain" onClick={onAgain}>
            {say("app.retry")}
          </button>
        </Problem>
      ) : (
        <p className="held">{say("insight.reading")}</p>
      )}
    </section>
  );
}

interface FrameProps {
  title: Key;
  lead?: string | undefined;
  heldBackUntil: string | null;
  onShow: () => void;
  children: ReactNode;
  after?: ReactNode;
}

function Frame({ title, lead, heldBackUntil, onShow, children, after }: FrameProps): ReactNode {
  const id = useId();
  const problem = useStore((state) => state.insightProblem);
  return (
    <section className="worth" aria-labelledby={id}>
      <h2 id={id}>{say(title)}</h2>
      {lead && <p className="sub">{lead}</p>}
      {heldBackUntil ? (
        <p className="held">
          {say("insight.heldBack", { time: clock(heldBackUntil, new Date()) })}{" "}
          <button type="button" className="link" onClick={onShow}>
            {say("insight.showNow")}
          </button>
        </p>
      ) : (
        <>
          <ul className="insights">{children}</ul>
          {after}
        </>
      )}
      {problem && <Problem problem={problem} />}
    </section>
  );
}
