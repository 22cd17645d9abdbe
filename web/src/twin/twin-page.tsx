import { useEffect, type ReactNode } from "react";
import { useKeys } from "../chat/keys.ts";
import { InspectedSheet } from "../chat/panel.tsx";
import { Problem } from "../chat/problem.tsx";
import { Dialogs } from "../chat/dialogs.tsx";
import { TopBar } from "../chat/top-bar.tsx";
import { useLate } from "../chat/use-late.ts";
import { NARROW, useMedia } from "../chat/use-media.ts";
import { WorthKnowing } from "../chat/worth-knowing.tsx";
import type { Problem as ProblemValue, TwinPage as TwinValue } from "../protocol.d.ts";
import { noTwinYet } from "../state/twin.ts";
import { useStore } from "../state/store.ts";
import { localeTag, say } from "../words/say.ts";
import { Changes } from "./changes.tsx";
import { Goals } from "./goals.tsx";
import { Habits } from "./habits.tsx";
import { Intro } from "./intro.tsx";
import { NormalMonth } from "./normal-month.tsx";
import { TrackRecord } from "./track-record.tsx";
import { WhatIf } from "./what-if.tsx";

/** "My twin": what the model of a customer's money says, how well it has done, and what would change it. */
export function TwinPage(): ReactNode {
  const narrow = useMedia(NARROW);
  const read = useStore((state) => state.readTwin);
  useKeys();
  useEffect(() => void read(), [read]);
  useEffect(() => {
    document.documentElement.lang = localeTag();
    document.title = `${say("app.twin")}: ${say("app.name")}`;
  }, []);
  return (
    <>
      <a className="skip" href="#main">
        {say("twin.skip")}
      </a>
      <TopBar />
      <main className="twin" id="main" tabIndex={-1}>
        <h1>{say("twin.title")}</h1>
        <Content />
      </main>
      <InspectedSheet kind={narrow ? "sheet" : "dialog"} />
      <Dialogs />
    </>
  );
}

/** The twin, or why there is none. What does not depend on it stands beside it either way. */
function Content(): ReactNode {
  const twin = useStore((state) => state.twin);
  const problem = useStore((state) => state.twinProblem);
  const late = useLate(!twin && !problem);
  if (!twin && !problem) return late ? <p className="intro faint">{say("twin.loading")}</p> : null;
  return (
    <>
      {twin && <Intro twin={twin} />}
      {problem && <NoTwin problem={problem} />}
      <div className="twin-grid">
        {twin && <Expected twin={twin} />}
        <div>
          <Goals />
          <WorthKnowing lead={say("twin.three")} />
          {twin && <Observed twin={twin} />}
        </div>
      </div>
    </>
  );
}

/** What the twin expects, and how well it has done; what rests on no bookings has nothing to try and nothing to be judged by. */
function Expected({ twin }: { twin: TwinValue }): ReactNode {
  return (
    <div>
      {twin.levers.length > 0 && <WhatIf twin={twin} />}
      <NormalMonth twin={twin} />
      {twin.basis === "bookings" && <TrackRecord twin={twin} />}
    </div>
  );
}

/** What only bookings can show. */
function Observed({ twin }: { twin: TwinValue }): ReactNode {
  if (twin.basis !== "bookings") return null;
  return (
    <>
      <Habits twin={twin} />
      <Changes twin={twin} />
    </>
  );
}

/** No twin yet is no error: the bank says what is possible. */
function NoTwin({ problem }: { problem: ProblemValue }): ReactNode {
  const read = useStore((state) => state.readTwin);
  if (noTwinYet(problem)) return <p className="intro">{problem.message}</p>;
  return (
    <Problem problem={problem}>
      <button type="button" className="btn plain" onClick={() => void read()}>
        {say("app.retry")}
      </button>
    </Problem>
  );
}
