import { type ReactNode, useEffect, useRef } from "react";
import { shownTurn, useStore } from "../state/store.ts";
import { say } from "../words/say.ts";
import { Passage } from "./passage.tsx";
import { SelectedFigure } from "./selected-figure.tsx";
import { Sheet } from "./sheet.tsx";
import { Trace } from "./trace.tsx";
import { secondsOf } from "./verdict.tsx";

/** The panel beside the conversation: how the shown answer was made, and below it what was opened. */
export function Panel(): ReactNode {
  const turn = useStore(shownTurn);
  return (
    <aside className="panel" aria-label={say("panel.label")}>
      <h2>
        {say("panel.title")} {turn && <span>{secondsOf(turn)}</span>}
      </h2>
      {turn ? <Trace turn={turn} /> : <p className="dim start">{say("panel.empty")}</p>}
      <ModelLine />
      <Inspected />
    </aside>
  );
}

/** Which model wrote it; said quietly, since the figures do not depend on it. */
export function ModelLine(): ReactNode {
  const me = useStore((state) => state.me);
  const model = useStore((state) => shownTurn(state)?.result?.model) ?? me?.model.name;
  if (!model || !me) return null;
  const builtIn = model === "built-in" || (model === me.model.name && me.model.kind === "built-in");
  return <p className="faint model">{builtIn ? say("panel.builtIn") : say("panel.model", { name: model })}</p>;
}

function Inspected(): ReactNode {
  const inspected = useStore((state) => state.inspected);
  const close = useStore((state) => state.inspect);
  const section = useRef<HTMLElement>(null);
  useEffect(() => {
    section.current?.scrollIntoView({ block: "nearest" });
  }, [inspected]);
  if (!inspected) return null;
  return (
    <section ref={section} className="figure" aria-label={title(inspected.kind)} aria-live="polite">
      <h2>
        {title(inspected.kind)}{" "}
        <button type="button" className="plain-button" onClick={() => close(null)}>
          {say("panel.close")}
        </button>
      </h2>
      <InspectedBody />
    </section>
  );
}

const title = (kind: "figure" | "passage"): string => say(kind === "figure" ? "panel.figure" : "panel.passage");

function InspectedBody(): ReactNode {
  const inspected = useStore((state) => state.inspected);
  if (!inspected) return null;
  if (inspected.kind === "passage") {
    const { citation } = inspected;
    return <Passage key={citation.document} citation={citation} />;
  }
  return <SelectedFigure facts={inspected.facts} factId={inspected.factId} text={inspected.text} />;
}

/** The same where there is no panel: a sheet from below on a narrow screen, a dialog on a wide one. */
export function InspectedSheet({ kind = "sheet" }: { kind?: "sheet" | "dialog" }): ReactNode {
  const inspected = useStore((state) => state.inspected);
  const close = useStore((state) => state.inspect);
  if (!inspected) return null;
  return (
    <Sheet label={title(inspected.kind)} kind={kind} onClose={() => close(null)}>
      <section className="figure">
        <h2>{title(inspected.kind)}</h2>
        <InspectedBody />
      </section>
    </Sheet>
  );
}
