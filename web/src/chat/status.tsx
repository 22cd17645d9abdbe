import { useEffect, useRef, useState, type ReactNode } from "react";
import { useStore, type State } from "../state/store.ts";
import { isOpen } from "../turn/turn.ts";
import { say } from "../words/say.ts";
import { workingNow } from "./trace-line.tsx";

const LEAST_MS = 3000;

/** What a screen reader should hear about the progress; never the answer itself, which the log reads. */
function progress({ turns, link }: State): string {
  const turn = turns.at(-1);
  if (link === "lost") return say(turn && isOpen(turn) ? "status.lost" : "status.lostIdle");
  if (!turn) return "";
  if (turn.state === "failed") return say("status.failed");
  if (turn.state === "cancelled") return say("status.stopped");
  if (turn.state === "done") return say("status.done");
  return `${workingNow(turn)}.`;
}

/** A status region apart from the log, with at most one message in three seconds; the newest wins. */
export function Status(): ReactNode {
  const latest = useStore(progress);
  const live = useStore((state) => state.link === "lost" || state.turns.some(isOpen));
  const [spoken, setSpoken] = useState("");
  const spokenAt = useRef(0);
  const armed = useRef(false);
  useEffect(() => {
    // What was finished before the page was opened is not news.
    armed.current ||= live;
    if (!armed.current) return undefined;
    const wait = Math.max(0, spokenAt.current + LEAST_MS - Date.now());
    const timer = setTimeout(() => {
      spokenAt.current = Date.now();
      setSpoken(latest);
    }, wait);
    return () => clearTimeout(timer);
  }, [latest, live]);
  return (
    <p className="vh" role="status">
      {spoken}
    </p>
  );
}

/** The same loss in words that can be seen, above the place where one writes. Short losses are not worth a line. */
export function Offline(): ReactNode {
  const lost = useStore((state) => state.link === "lost");
  const busy = useStore((state) => state.turns.some(isOpen));
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(lost), lost ? 1200 : 0);
    return () => clearTimeout(timer);
  }, [lost]);
  if (!shown) return null;
  return (
    <div className="offline">
      <p className="col">{say(busy ? "status.lost" : "status.lostIdle")}</p>
    </div>
  );
}
