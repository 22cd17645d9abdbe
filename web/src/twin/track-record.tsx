import type { ReactNode } from "react";
import { RichText } from "../chat/rich-text.tsx";
import { month, shortMonth } from "../format/date.ts";
import type { TrackedMonth, TwinPage } from "../protocol.d.ts";
import { localeTag, say } from "../words/say.ts";
import { aboutRecord, TwinFacts } from "./intro.tsx";

/** Months whose balance ended inside the band that was forecast for them, and those outside. */
export function TrackRecord({ twin }: { twin: TwinPage }): ReactNode {
  const months = twin.track_record;
  const counted = aboutRecord(twin);
  return (
    <section aria-labelledby="track-record">
      <h2 id="track-record">{say("track.title")}</h2>
      <p className="sub">{say("track.sub")}</p>
      {months.length > 0 ? (
        <>
          <ol className="hits">
            {months.map((each) => (
              <li key={each.month} className={each.inside ? "in" : "out"}>
                <i aria-hidden="true" />
                {shortMonth(each.month, false)} <span className="vh">{say(each.inside ? "track.inside" : "track.outside")}</span>
              </li>
            ))}
          </ol>
          <p className="small dim">
            <TwinFacts twin={twin}>{counted && <RichText rich={counted} place="record" />}</TwinFacts> {outsideWords(months)}
          </p>
        </>
      ) : (
        <p className="small dim nothing">{say("track.none")}</p>
      )}
    </section>
  );
}

function outsideWords(months: readonly TrackedMonth[]): string {
  const outside = months.filter((each) => !each.inside).map((each) => month(each.month));
  return outside.length ? say("track.outsideList", { months: new Intl.ListFormat(localeTag(), { type: "conjunction" }).format(outside) }) : "";
}
