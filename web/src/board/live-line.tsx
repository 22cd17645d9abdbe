import { useEffect, useRef, useState, type ReactNode } from "react";
import { clock, day } from "../format/date.ts";
import type { NewsItem } from "../protocol.d.ts";
import { useStore, type State } from "../state/store.ts";
import { say, sayName } from "../words/say.ts";
import { scoreText } from "./figures.ts";

const LEAST_MS = 3000;

/** As of when the figures are, and whether news arrive. */
export function LiveLine(): ReactNode {
  const asOf = useStore((state) => state.board?.as_of);
  const state = useStore(connection);
  return (
    <p className="live-line">
      {asOf && say("board.asOf", { day: day(asOf) })} <span>{state}</span>
    </p>
  );
}

function connection({ link, liveSince }: State): string {
  if (link === "open" && liveSince) return say("board.live", { time: clock(liveSince, new Date()) });
  return say(link === "lost" ? "board.lost" : "board.connecting");
}

/** One change in words; of several how many. */
export function saidOf(items: readonly NewsItem[]): string {
  const [item] = items;
  if (!item) return "";
  if (items.length > 1) return say("board.saidMany", { n: items.length });
  if (item.insight !== undefined) return say("board.saidInsight", { name: item.name, what: sayName("insight.kind", item.insight) });
  if (item.band !== item.bandBefore) return say("board.saidOne", { name: item.name, before: say(`band.${item.bandBefore}`).toLowerCase(), after: say(`band.${item.band}`).toLowerCase() });
  if (item.score === undefined || item.scoreBefore === undefined) return say("board.saidMany", { n: 1 });
  return say("board.saidMoved", { name: item.name, before: scoreText(item.scoreBefore), after: scoreText(item.score) });
}

function latest({ link, held, heldMuch, newest, board }: State): string {
  if (link === "lost" && board) return say("board.lost");
  if (heldMuch) return say("board.changesMany");
  if (held.length) return say("board.saidHeld", { n: held.length });
  return saidOf(newest);
}

/** The same for whoever does not see it: politely, at most one message in three seconds, the newest wins. */
export function LiveStatus(): ReactNode {
  const now = useStore(latest);
  const [spoken, setSpoken] = useState("");
  const spokenAt = useRef(0);
  useEffect(() => {
    const timer = setTimeout(
      () => {
        spokenAt.current = Date.now();
        setSpoken(now);
      },
      Math.max(0, spokenAt.current + LEAST_MS - Date.now()),
    );
    return () => clearTimeout(timer);
  }, [now]);
  return (
    <p className="vh" role="status">
      {spoken}
    </p>
  );
}
