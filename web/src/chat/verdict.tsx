import type { ReactNode } from "react";
import type { Verdict as VerdictValue } from "../protocol.d.ts";
import { useStore } from "../state/store.ts";
import type { Turn } from "../turn/turn.ts";
import { say } from "../words/say.ts";
import { Icon } from "./icon.tsx";

export const secondsOf = (turn: Turn): string => (turn.result ? `${turn.result.seconds.toFixed(1)} s` : "");

/** The verdict in a word or two. */
export function verdictHead(verdict: VerdictValue): string {
  if (verdict.outcome === "replace") return say("verdict.replaced");
  return say(verdict.outcome === "escalate" ? "verdict.escalated" : "verdict.checked");
}

function counts(verdict: VerdictValue): string {
  if (verdict.outcome === "replace") return say("verdict.replacedNext");
  const figures = verdict.figures ? say("verdict.figures", { n: verdict.figures }) : say("verdict.noFigures");
  const notices = verdict.notices ? say("verdict.notices", { n: verdict.notices }) : "";
  const removed = verdict.removed ? say("verdict.removed", { n: verdict.removed }) : notices ? say("verdict.unchanged") : "";
  return `${[figures, notices, removed].filter(Boolean).join(", ")}.`;
}

/** The line under every answer: what the gate decided, in ink and words. It shows how the answer was made. */
export function Verdict({ turn }: { turn: Turn }): ReactNode {
  const show = useStore((state) => state.show);
  if (!turn.result) return null;
  const { verdict } = turn.result;
  return (
    <button type="button" className="verdict" title={say("verdict.open")} onClick={() => show(turn.runId)}>
      {verdict.outcome === "replace" ? null : <Icon name={verdict.outcome === "escalate" ? "person" : "tick"} />}
      <span>
        <b>{verdictHead(verdict)}</b> {counts(verdict)}
      </span>
    </button>
  );
}
