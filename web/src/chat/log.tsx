import { useLayoutEffect, useRef, useState, type ReactNode, type RefObject } from "react";
import { useStore } from "../state/store.ts";
import { isOpen } from "../turn/turn.ts";
import { say } from "../words/say.ts";
import { Empty } from "./empty.tsx";
import { Problem } from "./problem.tsx";
import { TurnView } from "./turn-view.tsx";
import { useLate } from "./use-late.ts";

const NEAR_PX = 48;

type Below = "nothing" | "more" | "new";

/** Follows the end of the conversation only while the person is there; otherwise says that there is more below. `asked` leads there. */
function useFollowing(log: RefObject<HTMLDivElement | null>, column: RefObject<HTMLDivElement | null>, asked: string): { below: Below; toEnd: () => void } {
  const [below, setBelow] = useState<Below>("nothing");
  const atEnd = useRef(true);
  const toEnd = (): void => {
    atEnd.current = true;
    log.current?.scrollTo({ top: log.current.scrollHeight });
  };
  useLayoutEffect(() => {
    atEnd.current = true;
    log.current?.scrollTo({ top: log.current.scrollHeight });
  }, [log, asked]);
  useLayoutEffect(() => {
    const frame = log.current;
    if (!frame || !column.current) return undefined;
    const away = (): number => frame.scrollHeight - frame.scrollTop - frame.clientHeight;
    let top = frame.scrollTop;
    const onScroll = (): void => {
      // Only going up is leaving: text that grows below an unhandled scroll event would look like leaving too.
      if (away() <= NEAR_PX) atEnd.current = true;
      else if (frame.scrollTop < top) atEnd.current = false;
      top = frame.scrollTop;
      setBelow((was) => (atEnd.current ? "nothing" : was === "new" ? "new" : away() > frame.clientHeight ? "more" : "nothing"));
    };
    let height = column.current.offsetHeight;
    const grown = new ResizeObserver(([entry]) => {
      const more = (entry?.contentRect.height ?? 0) - height;
      height += more;
      const { turns } = useStore.getState();
      // What appears before the first question is read from its beginning.
      if (atEnd.current && turns.length > 0) frame.scrollTo({ top: frame.scrollHeight });
      else if (more > 0 && turns.some(isOpen)) setBelow("new");
    });
    grown.observe(column.current);
    frame.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      grown.disconnect();
      frame.removeEventListener("scroll", onScroll);
    };
  }, [log, column]);
  return { below, toEnd };
}

/** The conversation: a log that a screen reader follows by sentence, politely, and only while an answer is arriving. */
export function Log(): ReactNode {
  const log = useRef<HTMLDivElement>(null);
  const column = useRef<HTMLDivElement>(null);
  const turns = useStore((state) => state.turns);
  const loading = useLate(useStore((state) => state.loading));
  const empty = useStore((state) => !state.loading && state.turns.length === 0 && !state.problem);
  const problem = useStore((state) => state.problem);
  const dismiss = useStore((state) => state.dismissProblem);
  const threadId = useStore((state) => state.threadId);
  const { below, toEnd } = useFollowing(log, column, `${threadId ?? ""} ${turns.at(-1)?.runId ?? ""}`);
  return (
    <div className="log-frame">
      {/* A region that scrolls must be reachable by the keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="log" id="log" role="log" aria-live={turns.some(isOpen) ? "polite" : "off"} aria-label={say("log.label")} tabIndex={0} ref={log}>
        <div className="col" ref={column}>
          {empty && <Empty />}
          {loading && <p className="faint">{say("log.loading")}</p>}
          {turns.map((turn, index) => (
            <TurnView key={turn.runId} turn={turn} number={index + 1} last={index === turns.length - 1} />
          ))}
          {problem && (
            <Problem problem={problem}>
              <button type="button" className="btn plain" onClick={dismiss}>
                {say("status.dismiss")}
              </button>
            </Problem>
          )}
        </div>
      </div>
      {below !== "nothing" && (
        <button type="button" className="below" onClick={toEnd}>
          {say(below === "new" ? "log.newBelow" : "log.toEnd")}
        </button>
      )}
    </div>
  );
}
