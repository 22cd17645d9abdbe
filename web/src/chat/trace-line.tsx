import { useState, type ReactNode } from "react";
import type { Turn } from "../turn/turn.ts";
import { isOpen } from "../turn/turn.ts";
import { localeTag, say, sayName } from "../words/say.ts";
import { Icon } from "./icon.tsx";
import { Trace } from "./trace.tsx";
import { secondsOf, verdictHead } from "./verdict.tsx";

/** What is being done now, in words: the specialists that work, or else the step. */
export function workingNow(turn: Turn): string {
  const specialists = turn.specialists.filter((each) => each.state === "now");
  const names = (specialists.length ? specialists : turn.steps.filter((each) => each.state === "now")).map((each) => sayName("step", each.name));
  const name = new Intl.ListFormat(localeTag(), { type: "conjunction" }).format(names);
  return names.length ? say("trace.working", { name, n: names.length }) : say("turn.working");
}

/** The panel as one line above the answer, for narrow screens. It opens in place. */
export function TraceLine({ turn }: { turn: Turn }): ReactNode {
  const [open, setOpen] = useState(false);
  const tools = turn.specialists.flatMap((each) => each.tools).length;
  const parts = [
    turn.specialists.length ? say("trace.specialists", { n: turn.specialists.length }) : "",
    tools ? say("trace.tools", { n: tools }) : "",
    secondsOf(turn),
  ].filter(Boolean);
  return (
    <div className="trace-fold">
      <button type="button" className="trace-line" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span>
          <b>{head(turn)}</b> {isOpen(turn) ? "" : parts.join(", ")}
        </span>
        <Icon name={open ? "up" : "down"} />
      </button>
      {open && <Trace turn={turn} />}
    </div>
  );
}

function head(turn: Turn): string {
  if (isOpen(turn)) return workingNow(turn);
  if (turn.state === "cancelled") return say("trace.stopped");
  return turn.result ? verdictHead(turn.result.verdict) : say("trace.failed");
}
