import type { ReactNode } from "react";
import { RichText } from "../chat/rich-text.tsx";
import { asOf } from "../format/date.ts";
import type { TwinPage } from "../protocol.d.ts";
import { say, sayName } from "../words/say.ts";
import { TwinFacts } from "./intro.tsx";

/** How the twin has changed: in words what differs, and below them its versions. */
export function Changes({ twin }: { twin: TwinPage }): ReactNode {
  return (
    <TwinFacts twin={twin}>
      <section aria-labelledby="changes" tabIndex={-1}>
        <h2 id="changes">{say("changes.title")}</h2>
        <p className="sub">{say("changes.sub")}</p>
        <ul className="changes">
          {twin.changes.map((change, index) => (
            <li key={index}>
              <RichText rich={change.sentence} place={`change.${index}`} /> <span className="on">{asOf(change.on)}</span>
            </li>
          ))}
          {twin.changes.length === 0 && <li>{say("changes.none")}</li>}
        </ul>
        {twin.versions.length > 0 && (
          <details>
            <summary>{say("changes.versions", { n: twin.versions.length })}</summary>
            <ol className="versions">
              {twin.versions.map((version) => (
                <li key={version.version}>
                  <b>{say("panel.version", { version: version.version })}</b>, {asOf(version.as_of)}: {sayName("twin.cause", version.cause).toLowerCase()}
                </li>
              ))}
            </ol>
          </details>
        )}
      </section>
    </TwinFacts>
  );
}
