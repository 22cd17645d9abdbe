import type { ReactNode } from "react";
import { asOf } from "../format/date.ts";
import type { TwinPage } from "../protocol.d.ts";
import { say } from "../words/say.ts";

/** Whether the twin is at work, what it goes by, and as of when. */
export function Status({ twin }: { twin: TwinPage }): ReactNode {
  return (
    <p className="small state">
      <b>{say(`twin.status.${twin.status}`)}</b> {notes(twin).join(" ")} {say("twin.asOf", { day: asOf(twin.as_of) })}
    </p>
  );
}

function notes({ status, basis }: TwinPage): string[] {
  const paused = status === "paused" ? [say("twin.paused")] : [];
  if (basis === "stated") return [...paused, say("twin.stated")];
  return paused.length ? paused : [say(status === "active" ? "twin.active" : "twin.learning")];
}
